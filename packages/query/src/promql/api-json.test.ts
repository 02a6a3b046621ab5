import { describe, expect, it } from 'vitest';
import { logqlResultToJson } from '../logql/api-json.ts';
import { promqlValueToJson } from './api-json.ts';
import { createHistogram } from './histogram/index.ts';

const histogram = createHistogram({
  count: 1,
  sum: 2,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [1],
});

describe('promqlValueToJson', () => {
  it('writes numbers alone without an exponent, and those of vectors with one, as Prometheus does', () => {
    const vector = [{ labels: {}, timeMs: 1000, value: 1e-7 }];
    for (const [value, text] of [
      [1e-7, '0.0000001'],
      [1e21, '1000000000000000000000'],
    ] as const)
      expect(promqlValueToJson({ type: 'scalar', timeMs: 1000, value })).toMatchObject({ result: [1, text] });
    expect(promqlValueToJson({ type: 'vector', vector })).toMatchObject({
      result: [{ value: [1, '1e-07'] }],
    });
    // Loki writes none.
    expect(logqlResultToJson({ type: 'vector', vector })).toMatchObject({
      result: [{ value: [1, '0.0000001'] }],
    });
  });

  it('writes numbers as texts and times in seconds', () => {
    expect(promqlValueToJson({ type: 'scalar', timeMs: 1500, value: Number.POSITIVE_INFINITY })).toEqual({
      resultType: 'scalar',
      result: [1.5, '+Inf'],
    });
    expect(promqlValueToJson({ type: 'string', timeMs: 1000, value: 'text' })).toEqual({
      resultType: 'string',
      result: [1, 'text'],
    });
  });

  it('writes a vector with floats and histograms', () => {
    const labels = { job: 'api' };
    const vector = [
      { labels, timeMs: 1000, value: 1e-7 },
      { labels, timeMs: 1000, value: 0, histogram },
    ];
    expect(promqlValueToJson({ type: 'vector', vector })).toEqual({
      resultType: 'vector',
      result: [
        { metric: labels, value: [1, '1e-07'] },
        { metric: labels, histogram: [1, { count: '1', sum: '2', buckets: [[0, '0.5', '1', '1']] }] },
      ],
    });
  });

  it('leaves out of a matrix what a series has none of', () => {
    const series = {
      labels: {},
      timesMs: new Float64Array([0, 1000]),
      values: new Float64Array([1, Number.NaN]),
      histogramTimesMs: new Float64Array(0),
      histograms: [],
    };
    expect(promqlValueToJson({ type: 'matrix', matrix: [series] })).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '1'],
            [1, 'NaN'],
          ],
        },
      ],
    });
  });
});
