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
