import { describe, expect, it } from 'vitest';
import { literal } from './histogram.fixture.ts';
import { createHistogram, type FloatHistogram, validateHistogram } from './index.ts';

const custom = literal('{{schema:-53 count:2 sum:1 custom_values:[1 2] buckets:[1 1]}}');
const exponential = literal('{{schema:0 count:3 sum:1 z_bucket:1 z_bucket_w:0.1 buckets:[1 1]}}');

describe('validateHistogram', () => {
  it.each<[string, FloatHistogram, Partial<FloatHistogram>, string]>([
    ['a schema in between', exponential, { schema: 0.5 }, 'schema is 0.5; it is -4 to 8, or -53 with'],
    ['a schema that is too fine', exponential, { schema: 9 }, 'schema is 9; it is -4 to 8'],
    [
      'a span that goes back',
      exponential,
      {
        positiveSpans: [
          { offset: 0, length: 1 },
          { offset: -1, length: 1 },
        ],
      },
      'positive: span 2 has the negative offset -1',
    ],
    [
      'fewer buckets than the spans have',
      exponential,
      { negativeSpans: [{ offset: 0, length: 2 }] },
      'negative: the spans need 2 buckets and there are 0',
    ],
    [
      'a bucket that holds less than nothing',
      exponential,
      { positiveBuckets: Float64Array.of(1, -1) },
      'positive: bucket 2 holds -1',
    ],
    ['a count below 0', exponential, { count: -1 }, 'count is -1'],
    ['a zero bucket below 0', exponential, { zeroCount: -2 }, 'zero count is -2'],
    [
      'custom bounds with an exponential schema',
      exponential,
      { customValues: Float64Array.of(1) },
      'custom bounds: an exponential schema has none',
    ],
    [
      'bounds that do not ascend',
      custom,
      { customValues: Float64Array.of(2, 2) },
      'custom bounds: bound 2 is 2; they are finite and ascend',
    ],
    [
      'an infinite bound',
      custom,
      { customValues: Float64Array.of(1, Infinity) },
      'custom bounds: bound 2 is Infinity; they are finite and ascend',
    ],
    [
      'more buckets than the bounds make',
      custom,
      { positiveSpans: [{ offset: 2, length: 2 }] },
      'custom bounds: 2 of them are too few for buckets up to 4',
    ],
    [
      'a bucket before the first',
      custom,
      { positiveSpans: [{ offset: -1, length: 2 }] },
      'custom bounds: 2 of them are too few for buckets up to 1',
    ],
    [
      'a zero bucket beside custom bounds',
      custom,
      { zeroCount: 1 },
      'custom bounds: there is no zero bucket',
    ],
    [
      'negative buckets beside custom bounds',
      custom,
      { negativeSpans: [{ offset: 0, length: 1 }], negativeBuckets: Float64Array.of(1) },
      'custom bounds: there are no negative buckets',
    ],
  ])('refuses %s', (_, histogram, change, problem) => {
    expect(validateHistogram(histogram)).toEqual([]);
    expect(validateHistogram({ ...histogram, ...change }).join('\n')).toContain(problem);
  });

  it('has nothing against a histogram with custom bounds and no buckets', () => {
    expect(validateHistogram(createHistogram({ schema: -53, customValues: [1] }))).toEqual([]);
  });
});
