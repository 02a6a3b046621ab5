import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accumulators } from './accumulate.ts';
import type { AccumulatorKind } from './accumulate.ts';
import { createExemplarBudget } from './exemplars.ts';
import { defaultStepNs, instantInterval, rangeIntervals } from './interval.ts';
import { log2Quantile } from './quantile.ts';
import { spanWeight } from './sampling.ts';

const secondNs = 1_000_000_000n;

describe('rangeIntervals', () => {
  it('covers a range with whole steps, and one in front', () => {
    const { startNs, endNs, count } = rangeIntervals(125n * secondNs, 190n * secondNs, 60n * secondNs);
    expect([startNs, endNs, count]).toEqual([60n * secondNs, 240n * secondNs, 3]);
  });

  it('counts a time to the step that ends at it or after it', () => {
    const intervals = rangeIntervals(120n * secondNs, 240n * secondNs, 60n * secondNs);
    const of = (ns: bigint): number => intervals.of(ns);
    expect([60n * secondNs, 60n * secondNs + 1n, 120n * secondNs, 120n * secondNs + 1n].map(of)).toEqual([
      -1, 0, 0, 1,
    ]);
    expect([240n * secondNs, 240n * secondNs + 1n].map(of)).toEqual([2, -1]);
    expect(intervals.timeMs(0)).toBe(120_000);
  });

  it('puts every time of a range into one step', () => {
    const times = fc.tuple(
      fc.nat(10_000),
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.nat(20_000),
    );
    fc.assert(
      fc.property(times, ([start, length, step, at]) => {
        const intervals = rangeIntervals(BigInt(start), BigInt(start + length), BigInt(step));
        const index = intervals.of(BigInt(at));
        const inside = BigInt(at) > intervals.startNs && BigInt(at) <= intervals.endNs;
        expect(index >= 0 && index < intervals.count).toBe(inside);
      }),
    );
  });
});

describe('instantInterval', () => {
  it('is one step', () => {
    const { count, stepNs } = instantInterval(secondNs, 11n * secondNs);
    expect([count, stepNs]).toEqual([1, 10n * secondNs]);
  });
});

describe('defaultStepNs', () => {
  it.each([
    [3n, 50_000_000n],
    [30n, 100_000_000n],
    [120n, secondNs],
    [300n, secondNs],
    [3_600n, 15n * secondNs],
    [86_400n, 300n * secondNs],
  ])('is for %s s a step of some 240 points, %s ns', (seconds, expected) => {
    expect(defaultStepNs(0n, seconds * secondNs)).toBe(expected);
  });
});

describe('log2Quantile', () => {
  it.each([
    [0.5, [[2, 10]], 2 ** 0.5],
    [
      1,
      [
        [2, 10],
        [4, 10],
      ],
      4,
    ],
    [
      0.5,
      [
        [2, 10],
        [4, 10],
      ],
      2,
    ],
    [
      0.75,
      [
        [2, 10],
        [4, 10],
      ],
      2 ** 1.5,
    ],
    [0, [[8, 1]], 8],
    [0.5, [], 0],
  ] as const)('is for %s of %j %s', (ratio, buckets, expected) => {
    expect(log2Quantile(ratio, buckets)).toBeCloseTo(expected, 12);
  });
});

describe('spanWeight', () => {
  it.each([
    ['', 1],
    ['ot=th:8', 2],
    ['vendor=x, ot=th:c;rv:ffffffffffffff', 4],
    ['ot=th:5;rv:00000000000000', 2],
    ['ot=th:5;rv:ffffffffffffff', 1],
    ['ot=th:zz', 1],
    // So few are kept that nobody can say for how many one stands.
    ['ot=th:ffffffffffffff', 1],
  ])('is for the tracestate "%s" %s', (traceState, expected) => {
    expect(spanWeight(traceState)).toBe(expected);
  });
});

describe('accumulators', () => {
  it.each<[AccumulatorKind, readonly number[], number]>([
    ['avg', [1, 2, 6], 3],
    ['avg', [Infinity, 1], Infinity],
    ['avg', [1e308, 1e308], 1e308],
    ['sum', [1, 1e100, 1, -1e100], 2],
    ['sum', [1e308, 1e308, 5], Infinity],
    ['min', [3, -1, 2], -1],
    ['max', [3, -1, 7], 7],
    ['count', [1, 2], 3],
  ])('make with %s of %j %d', (kind, values, expected) => {
    const accumulator = accumulators[kind](2);
    for (const value of values) accumulator.add(1, value);
    expect(accumulator.values()[1]).toBe(expected);
    expect(accumulator.values()[0]).toBe(kind === 'count' ? 0 : Number.NaN);
  });
});

describe('createExemplarBudget', () => {
  it('takes two in a part of the range, and no more than its limit', () => {
    const budget = createExemplarBudget(4, rangeIntervals(120n * secondNs, 180n * secondNs, 60n * secondNs));
    expect([61_000, 62_000, 63_000, 130_000, 140_000, 150_000].map((timeMs) => budget.take(timeMs))).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(budget.isFull()).toBe(true);
  });

  it('takes none for a single value', () => {
    expect(createExemplarBudget(10, instantInterval(0n, secondNs)).take(1)).toBe(false);
  });
});
