import { describe, expect, it } from 'vitest';
import { createLogqlEngine } from '../engine.ts';
import type { LogEntry, LogSource, LogStream } from '../log-source.ts';
import { createMemoryLogs } from '../memory-logs.ts';
import type { MemoryLogs } from '../memory-logs.ts';

const secondNs = 1_000_000_000n;
const entryAt = (second: number, line: string, metadata: LogEntry['metadata'] = {}): LogEntry => ({
  timeNs: BigInt(second) * secondNs,
  line,
  metadata,
});

/** Two streams of 2600 lines, most of them packed, with lines of one time, late ones and the first ones gone. */
function longLogs(): MemoryLogs {
  const logs = createMemoryLogs({ maxEntries: 5000 });
  for (const [app, every] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    const entries = Array.from({ length: 2600 }, (_, at) =>
      entryAt(Math.floor(at / every), `line ${at}`, at % 7 === 0 ? { trace_id: `${at}` } : {}),
    );
    logs.push({ app, zone: 'north' }, entries);
    logs.push({ app, zone: 'north' }, [entryAt(750, 'late'), entryAt(750, 'later')]);
  }
  logs.push({ app: 'c' }, [entryAt(1000, 'one'), entryAt(1200, 'two', { zone: 'south' })]);
  return logs;
}

/** The same streams, each made into another one. */
function sourceOf(logs: MemoryLogs, change: (stream: LogStream) => LogStream): LogSource {
  return {
    *select(selection, signal) {
      for (const stream of logs.select(selection, signal) as Iterable<LogStream>) yield change(stream);
    },
  };
}

/** Streams that do not count their lines. */
const uncounted = (logs: MemoryLogs): LogSource =>
  sourceOf(logs, ({ labels, batches }) => ({ labels, batches }));

/** Streams of which the first lines can be read, and no more. */
const unreadable = (logs: MemoryLogs): LogSource =>
  sourceOf(logs, (stream) => {
    const [first = []] = stream.batches as Iterable<readonly LogEntry[]>;
    return {
      ...stream,
      batches: (function* read(): Iterable<readonly LogEntry[]> {
        yield first;
        throw new Error('a line was read');
      })(),
    };
  });

describe('countEvaluator', () => {
  const logs = longLogs();
  const range = { startNs: 0n, endNs: 2700n * secondNs, stepNs: 90n * secondNs };

  it.each([
    'sum by (app) (count_over_time({zone="north"}[5m]))',
    'sum by (app, zone) (count_over_time({zone="north"}[17s]))',
    'sum by () (rate({zone="north"}[10m] offset 3m))',
    'sum(rate({zone="north"}[1h]))',
    'sum by (app) (count_over_time({app=~".+"}[20m])) > 100 or sum by (app) (rate({app="c"}[1d]))',
  ])('answers %s without a look at a line, as one who looks at all', async (query) => {
    const expected = await createLogqlEngine({ source: uncounted(logs) }).range(query, range);
    expect(expected.type === 'matrix' && expected.matrix.length > 0).toBe(true);
    expect(await createLogqlEngine({ source: unreadable(logs) }).range(query, range)).toEqual(expected);
  });

  it.each([
    'sum by (app, zone) (count_over_time({app=~".+"}[5m]))',
    'sum by (trace_id) (count_over_time({app="a"}[5m]))',
    'sum by (app) (count_over_time({app="a"} |= "1" [5m]))',
    'sum without (zone) (count_over_time({app="c"}[5m]))',
    'count_over_time({app="c"}[5m])',
    'sum by (app) (bytes_over_time({app="a"}[5m]))',
    'sum by (zone_extracted) (count_over_time({app="c"}[5m]))',
  ])('leaves %s to those who read the lines', async (query) => {
    const expected = await createLogqlEngine({ source: uncounted(logs) }).range(query, range);
    expect(await createLogqlEngine({ source: logs }).range(query, range)).toEqual(expected);
    await expect(createLogqlEngine({ source: unreadable(logs) }).range(query, range)).rejects.toThrow(
      'a line was read',
    );
  });

  it('ends a query over lines that were pushed with an error', async () => {
    const failed = createMemoryLogs();
    failed.push({ app: 'a' }, [entryAt(1, 'x', { __error__: 'JSONParserErr' })]);
    const answer = createLogqlEngine({ source: failed }).instant('sum by (app) (rate({app="a"}[5m]))', {
      timeNs: 2n * secondNs,
    });
    await expect(answer).rejects.toThrow("pipeline error: 'JSONParserErr'");
  });

  it('makes no more series than allowed', async () => {
    const answer = createLogqlEngine({ source: logs, limits: { maxSeries: 2 } }).instant(
      'sum by (app) (rate({app=~"a|b"}[5m])) or sum by (app) (rate({app=~".+"}[1d]))',
      { timeNs: 5200n * secondNs },
    );
    await expect(answer).rejects.toMatchObject({ class: 'limit' });
  });
});

describe('canFail', () => {
  const logs = longLogs();
  const answer = (query: string, source: LogSource) =>
    createLogqlEngine({ source }).range(query, {
      startNs: 0n,
      endNs: 2700n * secondNs,
      stepNs: 300n * secondNs,
    });
  /** Read only where there is something on the left, which is so at some of the steps or at none. */
  const right = 'count_over_time({app="b"} |= "line" | app!="x" and zone="north" [5m])';

  it.each([
    right,
    `sum by (app) (${right})`,
    `${right} > 1`,
    `1 < ${right}`,
    `(${right} and ${right})`,
    `label_replace(${right}, "x", "y", "z", "")`,
    `(${right} unless vector(1))`,
  ])('is false of %s, which is not read where nothing is on the left', async (query) => {
    for (const operator of ['and', 'unless']) {
      const nothing = `sum(count_over_time({app="a"}[5m])) > 1e9 ${operator} ${query}`;
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      expect(await answer(nothing, unreadable(logs))).toEqual({ type: 'matrix', matrix: [] });
      const some = `sum by (app) (count_over_time({app="b"}[5m])) > 299 ${operator} on () ${query}`;
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      expect(await answer(some, logs)).toEqual(await answer(some, uncounted(logs)));
    }
  });

  it.each([
    'count_over_time({app="b"} | pattern "<_> <n>" [5m])',
    'sum_over_time({app="b"} | unwrap trace_id [5m])',
    'count_over_time({app="b"} | trace_id > 5 [5m])',
    'count_over_time({app="b"} | line_format "{{.trace_id}}" [5m])',
    `${right} * ${right}`,
  ])('is true of %s, which is read all the same', async (query) => {
    await expect(
      answer(`sum(count_over_time({app="a"}[5m])) > 1e9 unless ${query}`, unreadable(logs)),
    ).rejects.toThrow('a line was read');
  });

  it('lets an error of the right side end a query whose left side is empty', async () => {
    const query =
      'sum(count_over_time({app="a"}[5m])) > 1e9 unless sum by (app) (count_over_time({app="b"} | json [5m]))';
    await expect(answer(query, logs)).rejects.toThrow("pipeline error: 'JSONParserErr'");
  });
});
