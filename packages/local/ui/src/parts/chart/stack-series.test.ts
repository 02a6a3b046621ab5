import { describe, expect, it } from 'vitest';
import type { GraphSeries } from './graph-series.ts';
import { asShares, columnsOf } from './stack-series.ts';

const series = (
  times: readonly number[],
  values: readonly (number | null)[],
  more: Partial<GraphSeries> = {},
): GraphSeries => ({
  name: 's',
  times,
  values,
  colour: 'red',
  ...more,
});

describe('columnsOf', () => {
  it('puts what is stacked on what is below, and says its own value', () => {
    const { drawn, plain, bands } = columnsOf([
      series([1, 2], [1, 2], { stack: 'a' }),
      series([1, 2], [10, null], { stack: 'a' }),
      series([1, 2], [100, 200], { stack: 'a' }),
      series([1, 2], [5, 5]),
    ]);
    expect(drawn).toEqual([
      [1, 2],
      [11, null],
      [111, 202],
      [5, 5],
    ]);
    expect(plain[2]).toEqual([100, 200]);
    expect(bands).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('leaves out what is hidden from the stack', () => {
    const { drawn } = columnsOf([
      series([1], [1], { stack: 'a', hidden: true }),
      series([1], [10], { stack: 'a' }),
    ]);
    expect(drawn[1]).toEqual([10]);
  });

  it('has null where a series stops for longer than its step, and undefined where only others have a time', () => {
    const { times, plain } = columnsOf([
      series([1, 2, 5], [1, 1, 1], { gapSeconds: 1.5 }),
      series([1, 3, 5], [2, 2, 2]),
    ]);
    expect(times).toEqual([1, 2, 3, 5]);
    expect(plain[0]).toEqual([1, 1, null, 1]);
    expect(plain[1]).toEqual([2, undefined, 2, 2]);
  });

  it('has a time of its own for a gap in which no series has one', () => {
    const { times, plain } = columnsOf([
      series([1, 2, 5, 6], [1, 1, 1, 1], { gapSeconds: 1.5 }),
      series([1, 2], [2, 2], { gapSeconds: 1.5 }),
    ]);
    expect(times).toEqual([1, 2, 3.5, 5, 6]);
    expect(plain[0]).toEqual([1, 1, null, 1, 1]);
    expect(plain[1]).toEqual([2, 2, undefined, undefined, undefined]);
  });
});

describe('asShares', () => {
  it('takes what is no number for nothing', () => {
    const shares = asShares([series([1], [Number.NaN]), series([1], [1]), series([1], [3])]);
    expect(shares.map(({ values }) => values)).toEqual([[Number.NaN], [0.25], [0.75]]);
  });

  it('divides by what all have at the time', () => {
    expect(asShares([series([1], [1]), series([1], [3])]).map(({ values }) => values)).toEqual([
      [0.25],
      [0.75],
    ]);
  });
});
