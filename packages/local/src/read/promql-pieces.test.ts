import { type PromqlValue, promqlValueToJson } from '@sightline/query/promql';
import { describe, expect, it } from 'vitest';
import { promqlPieces } from './promql-pieces.ts';

const times = (count: number): Float64Array => Float64Array.from({ length: count }, (_, at) => at * 1000);
const matrix = (series: number, samples: number): PromqlValue => ({
  type: 'matrix',
  matrix: Array.from({ length: series }, (_, at) => ({
    labels: { at: String(at) },
    timesMs: times(samples),
    values: times(samples),
    histogramTimesMs: times(0),
    histograms: [],
  })),
});

describe('promqlPieces', () => {
  it.each<readonly [string, PromqlValue, number]>([
    ['no series', matrix(0, 0), 2],
    ['a few series', matrix(3, 5), 3],
    ['many short series', matrix(4001, 1), 5 + 2],
    ['some long series', matrix(3, 5000), 3 + 2],
    ['a scalar', { type: 'scalar', timeMs: 1500, value: 0.5 }, 1],
    [
      'a vector',
      {
        type: 'vector',
        vector: Array.from({ length: 4001 }, (_, at) => ({ labels: { at: `${at}` }, timeMs: 1, value: at })),
      },
      3 + 2,
    ],
  ])('make of %s the same JSON, in pieces', (_, value, count) => {
    const pieces = [...promqlPieces(value)];
    expect(JSON.parse(pieces.join(''))).toEqual(promqlValueToJson(value));
    expect(pieces).toHaveLength(count);
  });
});
