import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Direction, LogEntry, LogStream } from './log-source.ts';
import { createLogqlEngine } from './engine.ts';
import { createMemoryLogs } from './memory-logs.ts';
import type { MemoryLogs } from './memory-logs.ts';

const signal = new AbortController().signal;

function read(
  logs: MemoryLogs,
  fromNs = 0n,
  toNs = 1000n,
  direction: Direction = 'forward',
): readonly string[] {
  const streams = logs.select({ matchers: [], fromNs, toNs, direction }, signal) as Iterable<LogStream>;
  const lines: string[] = [];
  for (const { batches } of streams) {
    for (const batch of batches as Iterable<readonly { line: string }[]>)
      lines.push(...batch.map(({ line }) => line));
  }
  return lines;
}

describe('createMemoryLogs', () => {
  it('gives the lines of a range in both directions, its end not included', () => {
    const logs = createMemoryLogs();
    logs.push(
      { app: 'a' },
      [1n, 2n, 3n].map((timeNs) => ({ timeNs, line: `${timeNs}` })),
    );
    expect(read(logs, 1n, 3n)).toEqual(['1', '2']);
    expect(read(logs, 1n, 4n, 'backward')).toEqual(['3', '2', '1']);
  });

  it('sorts what comes in any order, and keeps the same line of one time once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.constantFrom('x', 'y'))), (pushed) => {
        const logs = createMemoryLogs();
        for (const [time, line] of pushed)
          logs.push({ app: 'a' }, [{ timeNs: BigInt(time), line: `${time}${line}` }]);
        const unique = [...new Set(pushed.map(([time, line]) => `${time}${line}`))];
        const lines = read(logs);
        expect(lines.toSorted()).toEqual(unique.toSorted());
        const times = lines.map((line) => Number.parseInt(line, 10));
        expect(times).toEqual(times.toSorted((left, right) => left - right));
      }),
    );
  });

  it.each(['constructor', '__proto__'])('knows a stream without the label %s as one without it', (name) => {
    const logs = createMemoryLogs();
    logs.push({ app: 'a' }, [{ timeNs: 1n, line: 'without' }]);
    logs.push(Object.fromEntries([[name, 'ferrari']]), [{ timeNs: 1n, line: 'with' }]);
    const streams = (op: '=' | '!=', value: string): number =>
      [...logs.series([{ name, op, value }], 0n, 1000n)].length;
    expect([streams('=', ''), streams('!=', ''), streams('=', 'ferrari')]).toEqual([1, 1, 1]);
  });

  it('keeps lines that differ in their metadata alone', () => {
    const logs = createMemoryLogs();
    logs.push({ app: 'a' }, [
      { timeNs: 1n, line: 'x', metadata: { trace: '1' } },
      { timeNs: 1n, line: 'x', metadata: { trace: '2' } },
      { timeNs: 1n, line: 'x', metadata: { trace: '2' } },
    ]);
    expect(logs.counts().entries).toBe(2);
  });

  it('drops the oldest lines when there are too many, and counts them', () => {
    const logs = createMemoryLogs({ maxEntries: 3 });
    for (let timeNs = 1n; timeNs <= 5n; timeNs += 1n)
      logs.push({ app: `${timeNs % 2n}` }, [{ timeNs, line: `${timeNs}` }]);
    expect(read(logs).toSorted()).toEqual(['3', '4', '5']);
    expect(logs.counts()).toMatchObject({ entries: 3, dropped: { evicted: 2, refused: 0 } });
  });

  it('does not look through all streams for each line that has to go', () => {
    const streams = 1000;
    const logs = createMemoryLogs({ maxEntries: 100 * streams });
    const push = (stream: number, timeNs: bigint): void =>
      logs.push({ pod: `${stream}` }, [{ timeNs, line: `${timeNs}` }]);
    let timeNs = 0n;
    for (let at = 0; at < 100 * streams; at += 1) push(at % streams, (timeNs += 1n));
    const evictions = new Set<number>();
    for (let at = 0; at < streams; at += 1) {
      push(at, (timeNs += 1n));
      evictions.add(logs.counts().dropped.evicted);
    }
    expect(evictions.size).toBeLessThan(20);
    const [oldest] = read(logs, 0n, timeNs)
      .map(Number)
      .toSorted((one, other) => one - other);
    // What is gone is what was oldest, two lines of a stream at a time.
    expect(oldest).toBeGreaterThan(logs.counts().dropped.evicted / 2 - 10);
    expect(logs.counts().entries).toBeGreaterThan(99 * streams);
  }, 60_000);

  it('stays within its bytes', () => {
    const logs = createMemoryLogs({ maxBytes: 10_000 });
    for (let timeNs = 1n; timeNs <= 100n; timeNs += 1n)
      logs.push({ app: 'a' }, [{ timeNs, line: 'x'.repeat(500) }]);
    expect(logs.counts().bytes).toBeLessThanOrEqual(10_000);
    expect(logs.counts().entries).toBeGreaterThan(0);
  });

  it('drops a stream with its last line', () => {
    const logs = createMemoryLogs({ maxEntries: 2 });
    for (let timeNs = 1n; timeNs <= 5n; timeNs += 1n)
      logs.push({ app: `${timeNs}` }, [{ timeNs, line: `${timeNs}` }]);
    expect(logs.counts()).toMatchObject({ streams: 2, entries: 2, dropped: { evicted: 3 } });
  });

  it('makes no stream of nothing', () => {
    const logs = createMemoryLogs({ maxStreams: 1 });
    logs.push({ app: 'a' }, []);
    expect(logs.counts().streams).toBe(0);
    logs.push({ app: 'b' }, [{ timeNs: 1n, line: 'x' }]);
    expect(read(logs)).toEqual(['x']);
  });

  it('packs the lines of many streams that are each too short for a block, but for those with hardly any', () => {
    const logs = createMemoryLogs();
    const lines = (app: string, count: number): readonly { timeNs: bigint; line: string }[] =>
      Array.from({ length: count }, (_, at) => ({
        timeNs: BigInt(at),
        line: `${app}: ${at} ${'x'.repeat(90)}`,
      }));
    logs.push({ app: 'short' }, lines('short', 3));
    for (let at = 0; at < 16; at += 1) logs.push({ app: `${at}` }, lines(`${at}`, 1023));
    const before = logs.counts().bytes;
    logs.push({ app: 'last' }, lines('last', 1023));
    // Packed, a character takes one byte where it took two.
    expect(logs.counts().bytes).toBeLessThan(before * 0.75);
    const all = read(logs, 0n, 2000n);
    expect(all).toHaveLength(17 * 1023 + 3);
    expect(new Set(all).size).toBe(all.length);
  });

  it('cuts the end of lines that are too long, and counts them', () => {
    const logs = createMemoryLogs({ maxLineLength: 3 });
    logs.push({ app: 'a' }, [
      { timeNs: 1n, line: 'abc' },
      { timeNs: 2n, line: 'abcd' },
    ]);
    expect(read(logs)).toEqual(['abc', 'abc']);
    expect(logs.counts()).toMatchObject({ entries: 2, cut: 1 });
  });

  it('refuses lines of one stream too many, and takes more of those it has', () => {
    const logs = createMemoryLogs({ maxStreams: 1 });
    logs.push({ app: 'a' }, [{ timeNs: 1n, line: 'x' }]);
    logs.push({ app: 'b' }, [{ timeNs: 1n, line: 'y' }]);
    logs.push({ app: 'a' }, [{ timeNs: 2n, line: 'z' }]);
    expect(read(logs)).toEqual(['x', 'z']);
    expect(logs.counts().dropped.refused).toBe(1);
  });

  it('drops what is older than a time, and streams that are empty then', () => {
    const logs = createMemoryLogs();
    logs.push({ app: 'a' }, [{ timeNs: 1n, line: 'x' }]);
    logs.push({ app: 'b' }, [{ timeNs: 5n, line: 'y' }]);
    logs.dropBefore(3n);
    expect(logs.counts()).toMatchObject({ streams: 1, entries: 1 });
  });

  it('lets who reads a stream see what was there when it began, though older lines come in between', () => {
    const logs = createMemoryLogs();
    const entries = Array.from({ length: 3000 }, (_value, at) => ({
      timeNs: BigInt(at * 2 + 10),
      line: `${at}`,
    }));
    logs.push({ app: 'a' }, entries);
    const [stream] = logs.select(
      { matchers: [], fromNs: 0n, toNs: 10_000n, direction: 'forward' },
      signal,
    ) as Iterable<LogStream>;
    const lines: string[] = [];
    for (const batch of (stream?.batches ?? []) as Iterable<readonly { line: string }[]>) {
      lines.push(...batch.map(({ line }) => line));
      logs.push({ app: 'a' }, [{ timeNs: 11n, line: `late ${lines.length}` }]);
    }
    expect(lines).toEqual(entries.map(({ line }) => line));
  });

  it('adds the service and the level that Loki would', () => {
    const logs = createMemoryLogs();
    logs.push({ job: 'api' }, [{ timeNs: 1n, line: '{"severity":"WARNING"}' }]);
    const [stream] = logs.select(
      { matchers: [], fromNs: 0n, toNs: 9n, direction: 'forward' },
      signal,
    ) as Iterable<LogStream>;
    expect(stream?.labels).toEqual({ job: 'api', service_name: 'api' });
    const [[entry]] = [...((stream?.batches ?? []) as Iterable<readonly { metadata: object }[]>)] as [
      [{ metadata: object }],
    ];
    expect(entry.metadata).toEqual({ detected_level: 'warn' });
  });

  it('keeps no metadata without a value, which says nothing of the level either', () => {
    const logs = createMemoryLogs();
    logs.push({ app: 'a' }, [
      { timeNs: 1n, line: 'an error', metadata: { level: '', detected_level: '', trace: '1' } },
    ]);
    const [stream] = logs.select(
      { matchers: [], fromNs: 0n, toNs: 9n, direction: 'forward' },
      signal,
    ) as Iterable<LogStream>;
    expect([...((stream?.batches ?? []) as Iterable<readonly LogEntry[]>)].flat()).toMatchObject([
      { metadata: { trace: '1', detected_level: 'error' } },
    ]);
  });

  /** Streams of 100 lines each, packed, of which the last line of stream n is at 10,000 + n. */
  function packedStreams(count: number): { readonly logs: MemoryLogs; readonly unpacked: () => number } {
    let uncompressed = 0;
    const logs = createMemoryLogs(
      {},
      {
        compress: (bytes) => bytes,
        uncompress(bytes) {
          uncompressed += 1;
          return bytes;
        },
      },
    );
    for (let stream = 0; stream < count; stream += 1) {
      const entries = Array.from({ length: 100 }, (_, at) => ({
        timeNs: BigInt(at === 99 ? 10_000 + stream : at + 1),
        line: `${stream} ${at}`,
      }));
      logs.push({ app: 'a', stream: `${stream}` }, entries);
    }
    return { logs, unpacked: () => uncompressed };
  }

  it('unpacks of many streams those that have the lines which are asked for', async () => {
    const { logs, unpacked } = packedStreams(500);
    const range = { startNs: 0n, endNs: 20_000n, limit: 3 };
    const result = await createLogqlEngine({ source: logs }).range('{app="a"}', range);
    const lines = result.type === 'streams' ? result.streams.flatMap(({ entries }) => entries) : [];
    expect(lines.map(({ line }) => line).toSorted()).toEqual(['497 99', '498 99', '499 99']);
    expect(unpacked()).toBeLessThan(10);
    const first = await createLogqlEngine({ source: logs }).range('{app="a"}', {
      ...range,
      direction: 'forward',
    });
    expect(first).toMatchObject({ streams: [{}, {}, {}] });
  });

  it('unpacks nothing to drop what is old, and goes on at the right line', () => {
    const { logs, unpacked } = packedStreams(500);
    logs.dropBefore(51n);
    expect(unpacked()).toBe(0);
    expect(logs.counts().entries).toBe(500 * 50);
    expect(read(logs, 0n, 52n)).toHaveLength(500);
    expect(read(logs, 0n, 52n)[0]).toBe('0 50');
  });

  it('refuses an option that is none', () => {
    expect(() => createMemoryLogs({ maxEntries: 0 })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }) as Error,
    );
  });
});
