import { describe, expect, it } from 'vitest';
import { type BlockingResult, type Library, blockingRows } from './load/blocking-table.ts';
import { cells, curveObservers, curves, frameworkNames, nodeMajors, pointOf } from './load/cells.ts';
import type { Curve } from './load/cells.ts';
import { type CurveResults, costOf } from './load/curve-tables.ts';
import { type Sandwich, type Slice, calmOf, compared, slice as measureSlice } from './load/paired-slices.ts';

function slice(cpuUs: number, perSecond = 1000): Slice {
  return { cpuUs, perSecond, p50Ms: 1, p99Ms: 2, exportedBytes: 0 };
}

/** Observed slices that take 50 µs, between bare ones. */
function measured(...bareUs: readonly number[]): readonly Sandwich[] {
  return bareUs.slice(1).map((after, at) => ({
    own: slice(50, 500),
    bare: [slice(bareUs[at] ?? 0), slice(after)],
  }));
}

describe('compared', () => {
  it('holds a slice to the mean of its two bare neighbours', () => {
    const [only] = measured(30, 34) as [Sandwich];
    expect(compared(only)).toEqual({ addedUs: 18, bareUs: 32, throughputRatio: 0.5 });
  });
});

describe('calmOf', () => {
  it('leaves out what stands beside a bare slice that was slow', () => {
    const all = measured(30, 30, 31, 60, 30, 31);
    expect(calmOf(all)).toEqual([all[0], all[1], all[4]]);
  });

  it('keeps all where the service alone is as fast all the time', () => {
    const all = measured(30, 31, 32, 31, 30);
    expect(calmOf(all)).toEqual(all);
  });
});

describe('cells', () => {
  it('have a cell and a load for each point of each curve', () => {
    const known = new Set(
      cells.flatMap(({ id, loads }) => Object.keys(loads).map((load) => `${id} | ${load}`)),
    );
    const missing = curveObservers.flatMap((observer) =>
      (Object.keys(curves) as Curve[]).flatMap((curve) =>
        curves[curve].at
          .map((value) => pointOf(observer, curve, value))
          .filter(({ id, load }) => !known.has(`${id} | ${load}`)),
      ),
    );
    expect(missing).toEqual([]);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  });

  it('have Sightline and the assembled rivals on every framework and every Node.js', () => {
    const own = cells.filter(({ part, observer }) => part === 'frameworks' && observer === 'sightline');
    const rivals = cells.filter(({ part, observer }) => part === 'frameworks' && observer === 'assembled');
    expect([own.length, rivals.length]).toEqual([1, 1].map(() => frameworkNames.length * nodeMajors.length));
  });
});

describe('costOf', () => {
  const round = (addedUs: readonly number[]): CurveResults['rounds'][string][number] => ({
    usual: { slices: 6, addedUs, bareUs: addedUs.map(() => 30), throughputRatios: addedUs.map(() => 0.5) },
  });
  it('takes the slices of all rounds together, and says nothing of what was not measured', () => {
    const results: CurveResults = {
      parts: {},
      rounds: { a: [round([10, 12]), round([14])], b: [round([])] },
    };
    expect(costOf(results, 'a', 'usual')).toMatchObject({ rounds: 2, addedUs: 12, throughputRatio: 0.5 });
    expect([costOf(results, 'b', 'usual'), costOf(results, 'c', 'usual')]).toEqual([undefined, undefined]);
  });
});

describe('blockingRows', () => {
  it('says the middle and the worst of all blocks, and each task once', () => {
    const result = (library: Library, longestMs: readonly number[]): BlockingResult => ({
      task: 'scrape',
      library,
      longestMs,
      cpuMs: [1, 2, 3],
      bytes: 2000,
    });
    expect(blockingRows([result('sightline', [3, 9, 4]), result('otel', [30])])).toEqual([
      ['a scrape of 10,000 series', '**Sightline**', '4.0', '9.0', '2.0', '2'],
      ['', 'OTel SDK 3', '30.0', '30.0', '2.0', '2'],
    ]);
  });
});

describe('slice', () => {
  it('has the CPU time of the service for each request, and not that of the generator', async () => {
    const told = { seconds: 2, p50Ms: 1, p99Ms: 3, exportedBytes: 0, cpuUs: 1_000_000 };
    const peer = (answers: readonly object[]) => {
      const left = [...answers];
      return { ask: <Answer>() => Promise.resolve(left.shift() as Answer) };
    };
    const service = { ...peer([{ cpuUs: 500 }, { cpuUs: 2500 }]), port: 1 };
    const sizes = { settlingRequests: 0, requests: 100 };
    expect(await measureSlice(peer([told]), service, { connections: 1 }, sizes)).toMatchObject({
      cpuUs: 20,
      perSecond: 50,
      p99Ms: 3,
    });
  });
});
