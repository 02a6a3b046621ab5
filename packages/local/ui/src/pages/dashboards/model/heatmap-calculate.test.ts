import { describe, expect, it } from 'vitest';
import { calculateCells } from './heatmap-calculate.ts';

const range = { startMs: 0, endMs: 59_000 };
const rows = [
  { times: [0, 10_000, 31_000], values: [1, 4, 12] },
  { times: [0, 10_000, 31_000], values: [3, null, Number.NaN] },
];

describe('calculateCells', () => {
  it('counts values by the widths that are given', () => {
    const cells = calculateCells(
      rows,
      { xBuckets: { mode: 'size', value: '30000' }, yBuckets: { mode: 'size', value: '5' } },
      range,
    );
    expect(cells.times).toEqual([0, 30_000]);
    expect(cells.buckets.map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [5, 10],
      [10, 15],
    ]);
    expect(cells.values).toEqual([
      [3, null],
      [null, null],
      [null, 1],
    ]);
    expect(cells).toMatchObject({ max: 3, stepMs: 30_000 });
  });

  it('takes so many columns as are wanted, and powers of a base as buckets', () => {
    const cells = calculateCells(
      [...rows, { times: [5], values: [-1] }],
      { xBuckets: { mode: 'count', value: 1 }, yBuckets: { scale: { type: 'log', log: 2 } } },
      range,
    );
    expect(cells.buckets.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 4],
      [4, 8],
      [8, 16],
    ]);
    expect(cells.values.map((row) => row.reduce((sum: number, each) => sum + (each ?? 0), 0))).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('chooses round widths where none is given, and no more buckets than can be drawn', () => {
    const cells = calculateCells(rows, undefined, range);
    expect(cells.stepMs).toBe(1000);
    expect(cells.buckets[0]).toMatchObject({ from: 1, to: 2 });
    const many = { yBuckets: { mode: 'size', value: 1e-9 } };
    expect(calculateCells(rows, many, range).buckets.length).toBeLessThanOrEqual(501);
    expect(calculateCells([], undefined, range)).toMatchObject({ buckets: [], max: 0 });
  });
});
