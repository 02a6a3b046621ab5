import { describe, expect, it } from 'vitest';
import { createLogqlEngine } from './engine.ts';
import type { LogEntry, LogSource } from './log-source.ts';
import { createMemoryLogs } from './memory-logs.ts';

const minuteNs = 60_000_000_000n;
const startNs = 1_768_471_200_000_000_000n;

function source() {
  const logs = createMemoryLogs({ detectLevels: false, discoverServiceName: false });
  for (const app of ['a', 'b', 'c']) {
    logs.push(
      { app },
      Array.from({ length: 10 }, (_, at) => ({
        timeNs: startNs + BigInt(at) * 1_000_000_000n,
        line: `n=${at}`,
      })),
    );
  }
  return logs;
}

const engine = (limits: object = {}) => createLogqlEngine({ source: source(), limits });
const range = { startNs, endNs: startNs + minuteNs };

describe('createLogqlEngine', () => {
  it.each([
    ['streams that are read', '{app=~".+"}', 'limit', 'maximum number of streams (2) reached'],
    ['streams of the answer', '{app="a"} | logfmt', 'limit', 'maximum'],
    ['series at one time', 'sum by (n) (count_over_time({app="a"} | logfmt [1m]))', 'limit', 'maximum'],
  ])('ends a query over its limit: %s', async (_, query, errorClass, message) => {
    await expect(engine({ maxSeries: 2 }).range(query, { ...range, stepNs: minuteNs })).rejects.toMatchObject(
      {
        class: errorClass,
        message: expect.stringContaining(message) as string,
      },
    );
  });

  it.each([
    ['of lines', '{app="a"} | logfmt', {}],
    ['of lines, told apart', '{app="a"} | logfmt', { categorizeLabels: true }],
    ['of series', 'count_over_time({app="a"} | logfmt [1m])', { stepNs: minuteNs }],
  ])('counts the labels that stay in memory: those %s', async (_, query, more) => {
    const limited = {
      class: 'limit',
      message: expect.stringContaining('too many samples in memory') as string,
    };
    await expect(engine({ maxSamples: 60 }).range(query, { ...range, ...more })).rejects.toMatchObject(
      limited,
    );
    await expect(engine({ maxSamples: 300 }).range(query, { ...range, ...more })).resolves.toBeDefined();
  });

  it('refuses a range that ends before it starts, and a step of nothing', async () => {
    await expect(engine().range('{app="a"}', { startNs: 2n, endNs: 1n })).rejects.toMatchObject({
      class: 'bad_data',
    });
    await expect(engine().range('rate({app="a"}[1m])', { ...range, stepNs: 0n })).rejects.toMatchObject({
      class: 'bad_data',
    });
  });

  it('opens no more streams when nobody waits any more, and closes those that it has', async () => {
    const controller = new AbortController();
    const opened: string[] = [];
    const closed: string[] = [];
    function* linesOf(app: string): Generator<readonly LogEntry[]> {
      if (opened.push(app) === 5) controller.abort();
      try {
        yield [{ timeNs: startNs, line: app, metadata: {} }];
      } finally {
        closed.push(app);
      }
    }
    const many: LogSource = {
      select: () =>
        Array.from({ length: 50 }, (_, at) => ({ labels: { app: `${at}` }, batches: linesOf(`${at}`) })),
    };
    const asked = { ...range, limit: 1, signal: controller.signal };
    const own = createLogqlEngine({ source: many });
    await expect(own.range('{app=~".+"}', asked)).rejects.toMatchObject({ class: 'canceled' });
    expect(opened).toHaveLength(5);
    expect(closed).toEqual(opened);
  });

  it('ends a query that nobody waits for any more', async () => {
    const signal = AbortSignal.abort();
    await expect(engine().range('{app="a"}', { ...range, signal })).rejects.toMatchObject({
      class: 'canceled',
    });
  });

  it.each([
    [3n, 4],
    [500n, 251],
  ])('has 250 steps of whole seconds in %i s when none are asked for: %i times', async (seconds, times) => {
    const result = await engine().range('vector(1)', { startNs, endNs: startNs + seconds * 1_000_000_000n });
    expect(result.type === 'matrix' && result.matrix[0]?.timesMs.length).toBe(times);
  });

  it.each([
    ['forward', ['n=0', 'n=3', 'n=6', 'n=9']],
    ['backward', ['n=9', 'n=6', 'n=3', 'n=0']],
  ] as const)('leaves out lines that are too close to the last one: %s', async (direction, lines) => {
    const result = await engine().range('{app="a"}', { ...range, direction, intervalNs: 3_000_000_000n });
    expect(result.type === 'streams' && result.streams[0]?.entries.map(({ line }) => line)).toEqual(lines);
  });
});
