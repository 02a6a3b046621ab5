import { describe, expect, it } from 'vitest';
import { cellsFromBuckets, cellsFromRows, heatmapStops, placeInBuckets } from './heatmap.ts';

const bucket = (le: string, values: readonly number[]) => ({ labels: { le }, times: [1, 2], values });

describe('cellsFromBuckets', () => {
  it('takes from each bucket what the one below has already counted, whatever the order', () => {
    const cells = cellsFromBuckets([bucket('+Inf', [10, 4]), bucket('0.1', [4, 4]), bucket('1', [9, 4])]);
    expect(cells.buckets.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.1],
      [0.1, 1],
      [1, Infinity],
    ]);
    expect(cells.values).toEqual([
      [4, 4],
      [5, null],
      [1, null],
    ]);
    expect(cells.times).toEqual([1000, 2000]);
    expect(cells.max).toBe(5);
  });

  it('adds up several series of one bound and never counts below nothing', () => {
    const cells = cellsFromBuckets([bucket('1', [2, 5]), bucket('1', [1, 0]), bucket('2', [1, 6])]);
    expect(cells.values).toEqual([
      [3, 5],
      [null, 1],
    ]);
  });

  it('has nothing without series', () => expect(cellsFromBuckets([]).values).toEqual([]));
});

describe('cellsFromRows', () => {
  it('keeps the rows as they come', () => {
    expect(cellsFromRows([{ name: 'a', times: [1, 3], values: [7, null] }]).values).toEqual([[7, null]]);
  });
});

describe('placeInBuckets', () => {
  it('finds the bucket, and where in it', () => {
    const cells = cellsFromBuckets([bucket('1', [1, 1]), bucket('3', [2, 2])]);
    expect(placeInBuckets(cells, 2)).toEqual({ bucket: 1, ratio: 0.5 });
    expect(placeInBuckets(cells, 4)).toBeUndefined();
  });
});

describe('heatmapStops', () => {
  it('makes much stand out from the ground', () => {
    expect(heatmapStops('Oranges', true).at(-1)).toBe('#fff5eb');
    expect(heatmapStops('Oranges', false).at(-1)).toBe('#a63603');
  });
});

describe('cells of odd series', () => {
  it('takes no bucket without a bound, and no value that is no number', () => {
    const cells = cellsFromBuckets([
      bucket('', [1, 1]),
      bucket('odd', [1, 1]),
      bucket('Inf', [Number.NaN, 2]),
      { labels: {}, times: [1, 2], values: [1, 1] },
      { labels: { le: '1' }, times: [1, 2], values: [1] },
    ]);
    expect(cells.buckets.map(({ to }) => to)).toEqual([1, Infinity]);
    expect(cells.values).toEqual([
      [1, null],
      [null, 2],
    ]);
  });

  it('leaves out of rows what is nothing, or not above the filter', () => {
    const cells = cellsFromRows([{ name: 'a', times: [1, 2, 3], values: [5, null] }], 1);
    expect(cells).toMatchObject({ values: [[5, null, null]], max: 5 });
    expect(cellsFromRows([{ name: 'a', times: [1], values: [0.5] }], 1).values).toEqual([[null]]);
  });

  it('places a value in the middle of a bucket without an end', () => {
    const cells = cellsFromBuckets([bucket('1', [1, 1]), bucket('+Inf', [2, 2])]);
    expect(placeInBuckets(cells, 5)).toEqual({ bucket: 1, ratio: 0.5 });
    expect(placeInBuckets(cells, Number.NaN)).toBeUndefined();
  });

  it.each([
    ['odd', true, false, '#a63603'],
    ['odd', false, false, '#fff5eb'],
    ['Spectral', true, false, '#9e0142'],
    ['Spectral', true, true, '#3288bd'],
  ])('begins %s on dark ground (%j), reversed (%j), with %s', (scheme, isDark, reverse, first) => {
    expect(heatmapStops(scheme, isDark, reverse)[0]).toBe(first);
  });
});
