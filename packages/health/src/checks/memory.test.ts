import { describe, expect, it } from 'vitest';
import { memoryCheck, type MemoryDeps } from './memory.ts';
import { runCheck } from './run-check.fixture.ts';

const MIB = 1024 * 1024;

function deps({ heapMib = 100, containerMib = 100 } = {}): MemoryDeps {
  const files: Readonly<Record<string, string>> = {
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.max': String(1000 * MIB),
    '/sys/fs/cgroup/memory.current': String(containerMib * MIB),
  };
  return {
    readText: async (path) => files[path],
    heap: () => ({ used_heap_size: heapMib * MIB, heap_size_limit: 1000 * MIB }),
    rssBytes: () => 300 * MIB,
  };
}

describe('memoryCheck', () => {
  it('is up with room in the heap and in the container, and says how much', async () => {
    expect(await runCheck(memoryCheck({}, deps()))).toEqual({
      status: 'up',
      reason: undefined,
      details: {
        heapUsedBytes: 100 * MIB,
        heapLimitBytes: 1000 * MIB,
        heapUsedRatio: 0.1,
        rssBytes: 300 * MIB,
        containerUsedBytes: 100 * MIB,
        containerLimitBytes: 1000 * MIB,
        containerUsedRatio: 0.1,
      },
    });
  });

  it.each([
    { heapMib: 849, containerMib: 849, status: 'up', reason: undefined },
    {
      heapMib: 850,
      containerMib: 1,
      status: 'degraded',
      reason:
        'the heap of V8 is 85 % full, 850 MiB of 1000 MiB: take a heap snapshot, or raise --max-old-space-size',
    },
    {
      heapMib: 1,
      containerMib: 949,
      status: 'degraded',
      reason:
        'the container has used 94.9 % of its memory, 949 MiB of 1000 MiB, this process 300 MiB of it: at the limit it is killed',
    },
    {
      heapMib: 860,
      containerMib: 950,
      status: 'down',
      reason:
        'the heap of V8 is 86 % full, 860 MiB of 1000 MiB: take a heap snapshot, or raise --max-old-space-size; ' +
        'the container has used 95 % of its memory, 950 MiB of 1000 MiB, this process 300 MiB of it: at the limit it is killed',
    },
    {
      heapMib: 950,
      containerMib: 1,
      status: 'down',
      reason:
        'the heap of V8 is 95 % full, 950 MiB of 1000 MiB: take a heap snapshot, or raise --max-old-space-size',
    },
  ])('is $status with $heapMib of 1000 MiB heap and $containerMib of 1000 MiB container', async (each) => {
    const { status, reason } = await runCheck(memoryCheck({}, deps(each)));
    expect(status).toBe(each.status);
    expect(reason).toBe(each.reason);
  });

  it('judges the heap alone where there is no limit', async () => {
    const result = await runCheck(
      memoryCheck({}, { ...deps({ heapMib: 990 }), readText: async () => undefined }),
    );
    expect(result.status).toBe('down');
    expect(Object.keys(result.details ?? {})).toEqual([
      'heapUsedBytes',
      'heapLimitBytes',
      'heapUsedRatio',
      'rssBytes',
    ]);
  });

  it('takes the resident memory for what is used where the usage cannot be read', async () => {
    const { readText } = deps();
    const noUsage: MemoryDeps = {
      ...deps(),
      readText: async (path) => (path.endsWith('memory.current') ? undefined : readText?.(path)),
    };
    expect((await runCheck(memoryCheck({}, noUsage))).details).toMatchObject({ containerUsedRatio: 0.3 });
  });

  it('reads this process itself', async () => {
    const { status, details } = await runCheck(memoryCheck({ degradedRatio: 1, downRatio: 1 }));
    expect(status).toBe('up');
    expect(details?.['heapUsedBytes']).toBeGreaterThan(MIB);
    expect(details?.['rssBytes']).toBeGreaterThan(10 * MIB);
  });

  it('refuses limits in the wrong order, and percents', () => {
    expect(() => memoryCheck({ degradedRatio: 0.9, downRatio: 0.8 })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringContaining('a share that is not above downRatio'),
      }),
    );
    expect(() => memoryCheck({ degradedRatio: 85 })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});
