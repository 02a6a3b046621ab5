import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chaosTable } from './chaos/chaos-table.ts';
import { faults } from './chaos/faults/faults.ts';
import { type LoadProcess, startLoadProcess } from './chaos/load-process.ts';
import { type ChaosSettings, type FaultResult, measureFault } from './chaos/measure.ts';
import { type RowResult, mergeRow, resultsUnder } from './chaos/merge-results.ts';
import { isUnder, pairedShift } from './chaos/paired-shift.ts';
import type { Telemetry } from './chaos/victim.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** One of each kind; `node test/chaos/run.ts` has them all, and its table what they cost. */
const SHORT = new Set(['otlp-web-page', 'otlp-partial', 'loki-memory-refused', 'both-flap', 'disk-removed']);
const settings: ChaosSettings = {
  pairs: 1,
  sliceSeconds: 0.5,
  settlingSeconds: 0.1,
  ratePerSecond: 100,
  warmUpSeconds: 0.3,
  endings: 1,
  fromSource: true,
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

describe('pairedShift', () => {
  const pairs = (...withIt: readonly number[]): [number, number][] => withIt.map((each) => [100, each]);

  it('is the median of all pairs, and its range leaves out what chance may have made of it', () => {
    const shift = pairedShift(pairs(103, 101, 102, 104, 140, 100, 60, 105, 102));
    expect(shift.ratio).toBeCloseTo(0.02, 10);
    // Of nine, one is left out at each end: P(X ≤ 1) is 2 %.
    expect(shift.range?.map((each) => each.toFixed(2))).toEqual(['0.00', '0.05']);
  });

  it('has no range with five pairs, and the whole one with six', () => {
    expect(pairedShift(pairs(101, 102, 103, 104, 105)).range).toBeUndefined();
    expect(pairedShift(pairs(101, 102, 103, 104, 105, 150)).range?.[1]).toBeCloseTo(0.5, 10);
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
  heldGrowthBytes: lost,
  rssGrowthBytes: 0,
  losses: { spans: { made: 200, lost, counted: lost, unexplained: 0 } },
  repeated: 0,
  recoveryMs: [5],
});

describe('mergeRow', () => {
  it('adds what is measured once more, and keeps the greatest of what was held', () => {
    const once = mergeRow(undefined, row(0, 7));
    expect(once.runs).toBe(1);
    expect(mergeRow(once, row(1, 3))).toMatchObject({
      runs: 2,
      requests: 200,
      failed: 1,
      p99Ms: [
        [1, 2],
        [1, 2],
      ],
      heldGrowthBytes: 7,
      losses: { spans: { made: 400, lost: 10, counted: 10, unexplained: 0 } },
      recoveryMs: [5, 5],
    });
  });
});

describe('resultsUnder', () => {
  const before = { settings, results: [mergeRow(undefined, row(0, 7))] };

  it('goes on from all of them with the same slices', () => {
    expect(resultsUnder(before, settings)).toEqual(before.results);
  });

  it('leaves out latencies of other slices, measures them anew, and keeps what was lost', () => {
    const [result] = resultsUnder(before, { ...settings, sliceSeconds: 2 });
    expect(result).toEqual({ ...before.results[0], runs: 0, p99Ms: [] });
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
      p99Ms: [100, 100, 100].map((without) => [without, withIt] as const),
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
    expect(text).toContain('| OTLP | 2 | 6 | +1 % (-2 % to +1 %) | yes |');
    expect(text).toContain('| all but nothing | 2 | 6 | +1 % (-2 % to +1 %) | yes |');
    expect(text).toContain('| nothing | 1 | 3 | +2 % | cannot be told |');
    expect(text).not.toContain('| Redis | 1');
  });
});
