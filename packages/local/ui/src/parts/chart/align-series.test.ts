import { describe, expect, it } from 'vitest';
import { alignSeries } from './align-series.ts';

describe('alignSeries', () => {
  it('has null where a series has no value, or none that can be drawn', () => {
    expect(
      alignSeries([
        { times: [1, 3], values: [10, Number.NaN] },
        { times: [2, 3], values: [20, 30] },
      ]),
    ).toEqual([
      [1, 2, 3],
      [10, null, null],
      [null, 20, 30],
    ]);
  });

  it('has no columns without series', () => expect(alignSeries([])).toEqual([[]]));
});
