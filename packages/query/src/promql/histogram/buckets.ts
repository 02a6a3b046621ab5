import { bucketBound } from './bucket-bound.ts';
import { indicesOf } from './bucket-layout.ts';
import { hasCustomBounds } from './create-histogram.ts';
import type { FloatHistogram } from './float-histogram.ts';

/** One bucket, with its own count (not cumulative). */
export interface HistogramBucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** On which side of zero a bucket is. */
export type BucketSide = 'negative' | 'zero' | 'positive';

/** A bucket by its side and its index within the schema. */
export function bucketOf(
  histogram: FloatHistogram,
  side: BucketSide,
  index: number,
  count: number,
): HistogramBucket {
  const { schema, zeroThreshold, customValues } = histogram;
  if (side === 'zero') {
    return {
      lower: -zeroThreshold,
      upper: zeroThreshold,
      lowerInclusive: true,
      upperInclusive: true,
      count,
    };
  }
  const far = bucketBound(index, schema, customValues);
  const near = bucketBound(index - 1, schema, customValues);
  if (side === 'negative')
    return { lower: -far, upper: -near, lowerInclusive: far > 0, upperInclusive: false, count };
  const custom = hasCustomBounds(histogram);
  return {
    lower: near,
    upper: far,
    lowerInclusive: custom && index === 0,
    upperInclusive: custom || far > 0,
    count,
  };
}

/** The same, cut where the zero bucket begins: what users see. */
export function cutBucketOf(
  histogram: FloatHistogram,
  side: BucketSide,
  index: number,
  count: number,
): HistogramBucket {
  const bucket = bucketOf(histogram, side, index, count);
  const { zeroThreshold } = histogram;
  if (side === 'positive' && bucket.lower > 0 && bucket.lower < zeroThreshold)
    return { ...bucket, lower: zeroThreshold };
  if (side === 'negative' && bucket.upper < 0 && bucket.upper > -zeroThreshold)
    return { ...bucket, upper: -zeroThreshold };
  return bucket;
}

/** Called with each bucket; what it returns says whether the walk ends there. */
export type BucketVisitor = (count: number, side: BucketSide, index: number) => boolean | void;

function visitSide(
  histogram: FloatHistogram,
  side: 'negative' | 'positive',
  outward: boolean,
  visit: BucketVisitor,
): boolean {
  const counts = side === 'negative' ? histogram.negativeBuckets : histogram.positiveBuckets;
  if (counts.length === 0) return false;
  const spans = side === 'negative' ? histogram.negativeSpans : histogram.positiveSpans;
  const indices = indicesOf(spans, counts.length);
  for (let step = 0; step < counts.length; step += 1) {
    const position = outward ? step : counts.length - 1 - step;
    if (visit(counts[position]!, side, indices[position]!) === true) return true;
  }
  return false;
}

/**
 * Visits every bucket, empty ones of the layout too, and the zero bucket when something is in it. Bounds cost more than
 * counts, so a visitor asks `cutBucketOf` for those of the buckets that it needs.
 *
 * @returns whether the visitor ended the walk
 */
export function visitBuckets(
  histogram: FloatHistogram,
  order: 'ascending' | 'descending',
  visit: BucketVisitor,
): boolean {
  const [first, last] =
    order === 'ascending' ? (['negative', 'positive'] as const) : (['positive', 'negative'] as const);
  if (visitSide(histogram, first, false, visit)) return true;
  if (histogram.zeroCount > 0 && visit(histogram.zeroCount, 'zero', 0) === true) return true;
  return visitSide(histogram, last, true, visit);
}

function collect(histogram: FloatHistogram, order: 'ascending' | 'descending'): HistogramBucket[] {
  const buckets: HistogramBucket[] = [];
  visitBuckets(histogram, order, (count, side, index) => {
    buckets.push(cutBucketOf(histogram, side, index, count));
  });
  return buckets;
}

/** Every bucket from the lowest to the highest, the zero bucket among them when something is in it. */
export function allBuckets(histogram: FloatHistogram): readonly HistogramBucket[] {
  return collect(histogram, 'ascending');
}

/** Every bucket from the highest to the lowest. */
export function allBucketsReversed(histogram: FloatHistogram): readonly HistogramBucket[] {
  return collect(histogram, 'descending');
}
