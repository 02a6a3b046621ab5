import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../examples/shop/src/random.ts';
import { chaosTable } from './chaos/chaos-table.ts';
import { faults } from './chaos/faults/faults.ts';
import { p99Of } from './chaos/latencies.ts';
import { type LoadOrder, type LoadProcess, startLoadProcess } from './chaos/load-process.ts';
import { type ChaosSettings, type FaultResult, measureFault } from './chaos/measure.ts';
import { type RowResult, mergeRow, resultsUnder } from './chaos/merge-results.ts';
import { isUnder, pairedShift } from './chaos/paired-shift.ts';
import type { Telemetry } from './chaos/victim.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** One of each kind; `node test/chaos/run.ts` has them all, and its table what they cost. */
const SHORT = new Set(['otlp-web-page', 'otlp-partial', 'loki-memory-refused', 'both-flap', 'disk-removed']);
const settings: ChaosSettings = {
  blocks: 1,
  sliceSeconds: 0.5,
  settlingSeconds: 0.1,
  ratePerSecond: 100,
  warmUpSeconds: 0.3,
  endings: 1,
};

describe('a service under load', () => {
  let load: LoadProcess;
  beforeAll(async () => {
    load = await startLoadProcess();
  }, 60_000);
  afterAll(() => load.stop());

  const tried = faults.filter(({ name, on }) => on.includes('sightline') && (isLong || SHORT.has(name)));
  it.each(tried.map((fault) => [`${fault.group}: ${fault.title}`, fault] as const))(
    'fails no request, and counts whatever is lost, with %s',
    async (_title, fault) => {
      const result = await measureFault(fault, 'sightline', load, settings);
      if (result.skipped !== undefined) {
        process.stdout.write(`skipped: ${fault.name}: ${result.skipped}\n`);
        return;
      }
      expect(result.failures).toEqual([]);
      expect(result.requests).toBeGreaterThan(0);
      expect(Object.keys(result.losses)).toEqual(['spans', 'lines', 'output', 'metrics']);
      for (const [signal, { made, lost, counted }] of Object.entries(result.losses)) {
        expect([signal, made > 0, counted]).toEqual([signal, true, lost]);
      }
    },
    180_000,
  );
});

describe('the load', () => {
  /** Answers every request as it should be, late. @returns how many waited at once, at most */
  async function mostAtOnceWith(order: Partial<LoadOrder>): Promise<number> {
    const load = await startLoadProcess();
    let [waiting, most] = [0, 0];
    const server = createServer((request, response) => {
      most = Math.max(most, ++waiting);
      setTimeout(() => {
        waiting--;
        response.end(request.url);
      }, 30);
    }).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const { sent, answered, failures } = await load.run({
        port,
        seconds: 0.3,
        ratePerSecond: 1000,
        ...order,
      });
      expect(failures).toEqual([]);
      expect(answered).toHaveLength(sent);
      return most;
    } finally {
      await load.stop();
      server.close();
    }
  }

  it('is sent whatever waits, and holds back where an order says so', async () => {
    expect(await mostAtOnceWith({})).toBeGreaterThan(10);
    expect(await mostAtOnceWith({ mostAtOnce: 5 })).toBe(5);
  }, 60_000);
});

describe('pairedShift', () => {
  const pairs = (...withIt: readonly number[]): [number, number][] => withIt.map((each) => [100, each]);

  it('is the middle one of the means of any two, and its range that of signed ranks', () => {
    const shift = pairedShift(pairs(103, 101, 102, 104, 140, 100, 60, 105, 102));
    expect(shift.ratio).toBeCloseTo(0.0247, 4);
    // With nine pairs a sum of ranks of 5 or less has a chance of 2 %: from the sixth mean to the sixth from the end.
    expect(shift.range?.map((each) => each.toFixed(4))).toEqual(['-0.2139', '0.1950']);
  });

  it('is hardly moved by a few slices that stand far out', () => {
    const usual = Array.from({ length: 30 }, (_, index) => 100 + (index % 5));
    const far = usual.with(3, 900).with(17, 2000);
    expect(Math.abs(pairedShift(pairs(...far)).ratio - pairedShift(pairs(...usual)).ratio)).toBeLessThan(
      0.005,
    );
  });

  it('is none where both are alike and have a long tail', () => {
    const random = createRandom(3);
    const p99 = (): number => 5 * Math.exp(-Math.log1p(-random.below(1000) / 1000));
    const alike = Array.from({ length: 2000 }, () => [p99(), p99()] as const);
    expect(Math.abs(pairedShift(alike).ratio)).toBeLessThan(0.05);
  });

  it('holds the true shift in most of its ranges, and not in all', () => {
    const random = createRandom(12);
    const share = (): number => random.below(1000) / 1000;
    const noise = (): number => 100 * Math.exp(share() + share() - share());
    const turns = Array.from({ length: 400 }, () =>
      pairedShift(Array.from({ length: 15 }, () => [noise(), 1.1 * noise()])),
    );
    const holding = turns.filter(({ range: [low, high] = [1, 1] }) => low <= 0.1 && high >= 0.1);
    expect(holding.length / turns.length).toBeGreaterThan(0.9);
    expect(holding.length).toBeLessThan(turns.length);
  });

  it('has no range with five pairs, and the whole one with six', () => {
    expect(pairedShift(pairs(101, 102, 103, 104, 105)).range).toBeUndefined();
    expect(pairedShift(pairs(101, 102, 103, 104, 105, 150)).range?.[1]).toBeCloseTo(0.5, 3);
  });

  it.each([
    [true, [101, 102, 103, 104, 104, 104]],
    [false, [106, 107, 108, 109, 110, 111]],
    [undefined, [101, 102, 103, 108, 109, 110]],
    [undefined, [101, 102]],
  ])('is under 5 %%: %s for %j', (expected, withIt) => {
    expect(isUnder(0.05, pairedShift(pairs(...withIt)))).toBe(expected);
  });
});

const row = (failed: number, lost: number): FaultResult => ({
  kind: 'fault',
  name: 'otlp-hangs',
  group: 'OTLP',
  title: 'hangs',
  telemetry: 'sightline',
  requests: 100,
  failed,
  failures: [],
  p99Ms: [[1, 2]],
  tenthP99Ms: [[0.5, 0.6]],
  stolenPairs: 2,
  heldGrowthBytes: lost,
  rssGrowthBytes: 0,
  losses: { spans: { made: 200, lost, counted: lost, unexplained: 0 } },
  repeated: 0,
  recoveryMs: [5],
});

describe('p99Of', () => {
  it('is moved by one long turn where it covers a slice, and not where it is that of a tenth of a second', () => {
    const sentMs = Array.from({ length: 600 }, (_, at) => at);
    // 20 requests of 600 wait for one turn of 20 ms, as in a collection of garbage.
    const tookMs = sentMs.map((at) => (at >= 250 && at < 270 ? 270 - at : 0.4));
    expect(p99Of({ sentMs, tookMs })).toEqual({ ofSliceMs: 14, ofTenthMs: 0.4 });
  });

  it('is moved by what each request takes, and each hundredth', () => {
    const sentMs = Array.from({ length: 600 }, (_, at) => at);
    const steady = p99Of({ sentMs, tookMs: sentMs.map(() => 0.5) });
    expect(steady).toEqual({ ofSliceMs: 0.5, ofTenthMs: 0.5 });
    const stumbling = p99Of({ sentMs, tookMs: sentMs.map((at) => (at % 33 === 0 ? 3 : 0.5)) });
    expect(stumbling).toEqual({ ofSliceMs: 3, ofTenthMs: 3 });
  });
});

describe('mergeRow', () => {
  it('adds what is measured once more, and keeps the greatest of what was held', () => {
    const first = mergeRow(undefined, row(0, 7));
    expect(first.runs).toBe(1);
    expect(mergeRow(first, row(1, 3))).toMatchObject({
      runs: 2,
      requests: 200,
      failed: 1,
      p99Ms: [
        [1, 2],
        [1, 2],
      ],
      tenthP99Ms: [
        [0.5, 0.6],
        [0.5, 0.6],
      ],
      stolenPairs: 4,
      heldGrowthBytes: 7,
      losses: { spans: { made: 400, lost: 10, counted: 10, unexplained: 0 } },
      recoveryMs: [5, 5],
    });
  });
});

describe('resultsUnder', () => {
  const before = { machine: 'one', settings, results: [mergeRow(undefined, row(0, 7))] };

  it('goes on from all of them with the same slices', () => {
    expect(resultsUnder(before, { machine: 'one', settings })).toEqual(before.results);
  });

  it.each([
    ['slices', { machine: 'one', settings: { ...settings, sliceSeconds: 2 } }],
    ['cores', { machine: 'one', settings: { ...settings, isAwake: true } }],
    ['machines', { machine: 'other', settings }],
  ])('leaves out latencies of other %s, measures them anew, and keeps what was lost', (_what, now) => {
    const [result] = resultsUnder(before, now);
    expect(result).toEqual({ ...before.results[0], runs: 0, p99Ms: [], tenthP99Ms: [], stolenPairs: 0 });
  });
});

describe('chaosTable', () => {
  it('judges the faults of a kind together, without those that the service has by itself', () => {
    const of = (
      name: string,
      group: string,
      withIt: number,
      telemetry: Telemetry = 'sightline',
    ): RowResult => ({
      ...row(0, 0),
      name,
      group,
      telemetry,
      tenthP99Ms: [100, 100, 100].map((without) => [without, withIt] as const),
      p99Ms: [[400, 800]],
      runs: 1,
    });
    const results = [
      of('otlp-hangs', 'OTLP', 98),
      of('otlp-503', 'OTLP', 101),
      of('redis-hangs', 'Redis', 900),
      of('redis-hangs', 'Redis', 900, 'bare'),
      of('none', 'nothing', 102),
      of('none', 'nothing', 120, 'bare'),
    ];
    const text = chaosTable({ machine: '', load: 0, measuredAt: '', settings, results });
    expect(text).toContain(
      '| OTLP | 2 | 6 | 4 | 100.00 | 101.00 | -1 % (-2 % to +1 %) | yes | 400.00 | 800.00 | +100 % |',
    );
    expect(text).toContain('| all but nothing | 2 | 6 | 4 | 100.00 | 101.00 | -1 % (-2 % to +1 %) | yes |');
    expect(text).toContain('| nothing | 1 | 3 | 2 | 100.00 | 102.00 | +2 % | cannot be told |');
    expect(text).not.toContain('| Redis | 1');
  });
});
