import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketBound } from './bucket-bound.ts';
import { customHistogram, exponentialHistogram, literal } from './histogram.fixture.ts';
import {
  compactHistogram,
  equalHistograms,
  formatHistogram,
  formatHistogramLiteral,
  goNumber,
  histogramToJson,
  parseHistogramLiteral,
  sampleNumber,
  validateHistogram,
} from './index.ts';

describe('formatHistogram', () => {
  it('writes full buckets from the lowest to the highest with their bounds', () => {
    expect(
      formatHistogram(
        literal(
          '{{schema:1 count:9 sum:1234567.5 z_bucket:2 z_bucket_w:0.001 offset:1 buckets:[3 0 2] n_buckets:[2]}}',
        ),
      ),
    ).toBe(
      '{count:9, sum:1.2345675e+06, [-1,-0.7071067811865475):2, [-0.001,0.001]:2, (1,1.414213562373095]:3, (2,2.82842712474619]:2}',
    );
  });
});

describe('histogramToJson', () => {
  it('is what the HTTP API answers', () => {
    expect(
      histogramToJson(
        literal('{{count:42 sum:34593.34 z_bucket:3 z_bucket_w:0.25 offset:-1 buckets:[12 21 0 6]}}'),
      ),
    ).toEqual({
      count: '42',
      sum: '34593.34',
      buckets: [
        [3, '-0.25', '0.25', '3'],
        [0, '0.25', '0.5', '12'],
        [0, '0.5', '1', '21'],
        [0, '2', '4', '6'],
      ],
    });
  });

  it('has no buckets when none is full, and both bounds of the first custom bucket', () => {
    expect(histogramToJson(literal('{{}}'))).toEqual({ count: '0', sum: '0' });
    expect(
      histogramToJson(literal('{{schema:-53 count:2 sum:1 custom_values:[1] buckets:[1 1]}}')).buckets,
    ).toEqual([
      [3, '-Inf', '1', '1'],
      [0, '1', '+Inf', '1'],
    ]);
  });

  it('has neither bound of a bucket that is too near to zero for a number', () => {
    expect(histogramToJson(literal('{{schema:-4 count:1 offset:-70 buckets:[1]}}')).buckets).toEqual([
      [2, '0', '0', '1'],
    ]);
  });
});

describe('parseHistogramLiteral', () => {
  it('reads what formatHistogramLiteral writes', () => {
    fc.assert(
      fc.property(fc.oneof(exponentialHistogram, customHistogram), (histogram) => {
        const read = literal(formatHistogramLiteral(histogram));
        expect(equalHistograms(compactHistogram(read), compactHistogram(histogram))).toBe(true);
      }),
    );
  });

  it.each([
    ['{{schema:x}}', 'schema is "x", expected a whole number'],
    ['{{sum:1 sum:2}}', 'duplicate key "sum" in histogram'],
    ['{{nothing:1}}', '"nothing" is no part of a histogram'],
    ['{{buckets:[]}}', 'buckets is "[]", expected numbers in brackets'],
    ['{{buckets:[1 x]}}', 'expected numbers in brackets'],
    ['{{buckets:5}}', 'buckets is "5", expected numbers in brackets'],
    ['{{counter_reset_hint:maybe}}', 'expected unknown, reset, not_reset, gauge'],
    ['{{sum}}', '"sum" is no key:value'],
    ['{count:1}', 'a histogram stands between {{ and }}'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(parseHistogramLiteral(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it.each(['reset', 'not_reset', 'gauge'])('writes the hint %s as it reads it', (hint) => {
    const text = `{{count:1 counter_reset_hint:${hint} buckets:[1]}}`;
    expect(formatHistogramLiteral(literal(text))).toBe(text);
  });

  it('tells whether there was a hint of a reset', () => {
    expect(parseHistogramLiteral('{{ }}')).toMatchObject({ hasResetHint: false });
    expect(parseHistogramLiteral('{{counter_reset_hint:gauge sum:NaN count:-Inf}}')).toMatchObject({
      hasResetHint: true,
      histogram: { counterReset: 'gauge', sum: NaN, count: -Infinity },
    });
  });
});

describe('validateHistogram', () => {
  it('names everything that does not fit together', () => {
    const odd = { ...literal('{{count:-1 buckets:[1 -2]}}'), positiveSpans: [{ offset: 0, length: 3 }] };
    expect(validateHistogram(odd)).toEqual([
      'positive: the spans need 3 buckets and there are 2',
      'positive: bucket 2 holds -2',
      'count is -1',
    ]);
    expect(validateHistogram(literal('{{schema:20}}'))).toHaveLength(1);
    expect(validateHistogram(literal('{{schema:-53 custom_values:[2 1] buckets:[1]}}'))).toHaveLength(1);
  });
});

describe('bucketBound', () => {
  const none = new Float64Array(0);
  it.each([
    [0, 0, 1],
    [1, 0, 2],
    [-3, 0, 0.125],
    [1, 1, Math.SQRT2],
    [-1, 3, 0.9170040432046712],
    [1, -2, 16],
    [1024, 0, Number.MAX_VALUE],
    [1025, 0, Infinity],
    [64, -4, Number.MAX_VALUE],
    [-1074, 0, Number.MIN_VALUE],
    [255, 8, 1.9945921121709396],
  ])('of bucket %d of schema %d is %d', (index, schema, expected) => {
    expect(bucketBound(index, schema, none)).toBeCloseTo(expected, 14);
  });

  it('rises from bucket to bucket in every schema', () => {
    for (let schema = -4; schema <= 8; schema += 1) {
      for (let index = -600; index < 600; index += 1) {
        const [lower, upper] = [bucketBound(index, schema, none), bucketBound(index + 1, schema, none)];
        expect(upper > lower || upper === Infinity || upper === 0).toBe(true);
      }
    }
  });
});

describe('goNumber and sampleNumber', () => {
  it.each([
    [0, '0', '0'],
    [-0, '-0', '-0'],
    [100_000, '100000', '100000'],
    [1_000_000, '1e+06', '1000000'],
    [123_456.5, '123456.5', '123456.5'],
    [0.0001, '0.0001', '0.0001'],
    [0.000_01, '1e-05', '0.00001'],
    [1e-7, '1e-07', '1e-07'],
    [1e21, '1e+21', '1e+21'],
    [1.5e300, '1.5e+300', '1.5e+300'],
    [NaN, 'NaN', 'NaN'],
    [-Infinity, '-Inf', '-Inf'],
  ])('write %d as %s and %s', (value, go, sample) => {
    expect([goNumber(value), sampleNumber(value)]).toEqual([go, sample]);
  });
});
