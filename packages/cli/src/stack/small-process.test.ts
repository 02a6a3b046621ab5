import { describe, expect, it } from 'vitest';
import { type StartedProcess, becomeSmall, smallProcess, withoutAllocator } from './small-process.ts';

const execve = (): never => {
  throw new Error('not in this test');
};
const started: StartedProcess = {
  execPath: '/bin/node',
  execArgv: ['--import', './a.js'],
  argv: ['/bin/node', '/bin/sightline', 'dev', '--port', '0'],
  env: { HOME: '/home/a' },
  execve,
};

describe('smallProcess', () => {
  it('is the same program with what bounds the memory, and is not started again from there', () => {
    const small = smallProcess(started);
    const [program, ...args] = small?.args ?? [];
    expect(program).toBe('/bin/node');
    expect(args.slice(0, 2)).toEqual(['--import', './a.js']);
    expect(args.slice(-4)).toEqual(['/bin/sightline', 'dev', '--port', '0']);
    expect(small?.env).toMatchObject({ HOME: '/home/a', MALLOC_ARENA_MAX: '1' });
    expect(smallProcess({ ...started, execArgv: args.slice(0, -4) })).toBeUndefined();
  });

  it('leaves what somebody else has set', () => {
    const own = { NODE_OPTIONS: '--max_old_space_size=4096', MALLOC_ARENA_MAX: '8' };
    const small = smallProcess({ ...started, env: own });
    expect(small?.args.filter((each) => each.includes('max-old'))).toEqual([]);
    expect(small?.args.filter((each) => each.includes('max-semi'))).toHaveLength(1);
    expect(small?.env).toMatchObject(own);
  });

  it('is none where a process cannot be replaced, or a parent listens', () => {
    expect(smallProcess({ ...started, execve: undefined })).toBeUndefined();
    expect(smallProcess({ ...started, channel: {} })).toBeUndefined();
  });
});

describe('becomeSmall', () => {
  it('replaces the process once', () => {
    const replaced: unknown[] = [];
    const replace = ((...given: unknown[]) => replaced.push(given)) as unknown as typeof execve;
    becomeSmall({ ...started, execve: replace });
    expect(replaced).toEqual([['/bin/node', smallProcess(started)?.args, smallProcess(started)?.env]]);
  });
});

describe('withoutAllocator', () => {
  it('hands a program what it would have had without this', () => {
    expect(withoutAllocator(smallProcess(started)?.env ?? {})).toEqual(started.env);
    expect(withoutAllocator({ MALLOC_ARENA_MAX: '8' })).toEqual({ MALLOC_ARENA_MAX: '8' });
  });
});
