import { indicesOf } from './bucket-layout.ts';
import { type HistogramBucket, allBuckets, bucketOf } from './buckets.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { goNumber, sampleNumber } from './go-number.ts';

function bucketText({ lower, upper, lowerInclusive, upperInclusive, count }: HistogramBucket): string {
  const open = lowerInclusive ? '[' : '(';
  const close = upperInclusive ? ']' : ')';
  return `${open}${goNumber(lower)},${goNumber(upper)}${close}:${goNumber(count)}`;
}

/** Full buckets of one side, from zero outward. */
function fullBuckets(histogram: FloatHistogram, side: 'negative' | 'positive'): readonly string[] {
  const counts = side === 'negative' ? histogram.negativeBuckets : histogram.positiveBuckets;
  const spans = side === 'negative' ? histogram.negativeSpans : histogram.positiveSpans;
  const indices = indicesOf(spans, counts.length);
  return Array.from(counts, (count, position) =>
    count === 0 ? '' : bucketText(bucketOf(histogram, side, indices[position]!, count)),
  ).filter((text) => text !== '');
}

/**
 * A histogram as Prometheus prints it.
 *
 * @example formatHistogram(histogram) // '{count:3, sum:4.5, (0.5,1]:1, (1,2]:2}'
 */
export function formatHistogram(histogram: FloatHistogram): string {
  const { zeroCount } = histogram;
  const buckets = [
    ...fullBuckets(histogram, 'negative').toReversed(),
    ...(zeroCount === 0 ? [] : [bucketText(bucketOf(histogram, 'zero', 0, zeroCount))]),
    ...fullBuckets(histogram, 'positive'),
  ];
  return `{${[`count:${goNumber(histogram.count)}`, `sum:${goNumber(histogram.sum)}`, ...buckets].join(', ')}}`;
}

/** A bucket in the HTTP API: which bounds belong to it (0 upper, 1 lower, 2 none, 3 both), lower, upper, count. */
type JsonBucket = readonly [rule: 0 | 1 | 2 | 3, lower: string, upper: string, count: string];

/** A histogram in the HTTP API. */
export interface JsonHistogram {
  readonly count: string;
  readonly sum: string;
  /** Ascending, full ones only; absent when none is. */
  readonly buckets?: readonly JsonBucket[];
}

function boundaryRule({ lowerInclusive, upperInclusive }: HistogramBucket): 0 | 1 | 2 | 3 {
  if (lowerInclusive) return upperInclusive ? 3 : 1;
  return upperInclusive ? 0 : 2;
}

/** A histogram as the HTTP API of Prometheus answers it. */
export function histogramToJson(histogram: FloatHistogram): JsonHistogram {
  const buckets = allBuckets(histogram)
    .filter(({ count }) => count !== 0)
    .map((bucket): JsonBucket => [
      boundaryRule(bucket),
      sampleNumber(bucket.lower),
      sampleNumber(bucket.upper),
      sampleNumber(bucket.count),
    ]);
  return {
    count: sampleNumber(histogram.count),
    sum: sampleNumber(histogram.sum),
    ...(buckets.length > 0 && { buckets }),
  };
}
