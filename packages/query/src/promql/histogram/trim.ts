import { type BucketSide, type HistogramBucket, bucketOf } from './buckets.ts';
import { indicesOf } from './bucket-layout.ts';
import { compactHistogram } from './compact.ts';
import { hasCustomBounds } from './create-histogram.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { fractionBelow } from './interpolate.ts';

/** What is left of a bucket, and the value that stands for it in the sum. */
interface Remains {
  readonly count: number;
  readonly middle: number;
}

type Kept = 'below' | 'above';

/** The value that stands for an interval: its arithmetic mean with custom bounds, else its geometric mean. */
function middleOf(lower: number, upper: number, side: BucketSide, custom: boolean): number {
  const isOpenBelow = !Number.isFinite(lower);
  const isOpenAbove = !Number.isFinite(upper);
  if (isOpenBelow && isOpenAbove) return 0;
  if (isOpenBelow) return upper > 0 ? upper / 2 : upper;
  if (isOpenAbove) return lower;
  if (custom) return (lower + upper) / 2;
  const mean = Math.sqrt(Math.abs(lower * upper));
  return side === 'positive' ? mean : -mean;
}

/**
 * What is left of a bucket without a lower bound. Where values lie in it is not known, so it goes unless it begins at 0
 * in truth, because it ends above, or ends at 0 or below.
 */
function trimOpenBelow({ upper, count }: HistogramBucket, limit: number, kept: Kept): Remains {
  const gone: Remains = { count: 0, middle: Number.isFinite(upper) ? upper : 0 };
  const hasEnd = upper > 0 && upper !== Infinity;
  if (kept === 'below') {
    if (limit > 0 && hasEnd) return { count: (count * limit) / upper, middle: limit / 2 };
    return upper <= 0 ? { count, middle: limit } : gone;
  }
  if (limit >= 0 && upper > limit && hasEnd)
    return { count: count * (1 - limit / upper), middle: (limit + upper) / 2 };
  return gone;
}

/** What is left of a bucket without an upper bound: all or nothing. */
function trimOpenAbove({ lower, count }: HistogramBucket, limit: number, kept: Kept): Remains {
  if (kept === 'above' && limit >= lower) return { count, middle: limit };
  return { count: 0, middle: lower };
}

/** What is left of a bucket that the limit lies in. */
function trimAcross(
  bucket: HistogramBucket,
  limit: number,
  kept: Kept,
  side: BucketSide,
  custom: boolean,
): Remains {
  if (bucket.lower === -Infinity) return trimOpenBelow(bucket, limit, kept);
  if (bucket.upper === Infinity) return trimOpenAbove(bucket, limit, kept);
  const { lower, upper, count } = bucket;
  const below = count * fractionBelow(limit, bucket, custom ? 'linear' : 'exponential');
  return kept === 'below'
    ? { count: below, middle: middleOf(lower, limit, side, custom) }
    : { count: count - below, middle: middleOf(limit, upper, side, custom) };
}

function trimBucket(
  bucket: HistogramBucket,
  limit: number,
  kept: Kept,
  side: BucketSide,
  custom: boolean,
): Remains {
  const { lower, upper, count } = bucket;
  const isWhole = kept === 'below' ? upper <= limit : lower >= limit;
  if (isWhole) return { count, middle: middleOf(lower, upper, side, custom) };
  const isAcross = kept === 'below' ? lower < limit : upper > limit;
  return isAcross ? trimAcross(bucket, limit, kept, side, custom) : { count: 0, middle: 0 };
}

/** What is left of the zero bucket, which is only on one side when no other bucket is on the other. */
function trimZeroBucket(count: number, lower: number, upper: number, limit: number, kept: Kept): Remains {
  const all: Remains = { count, middle: (lower + upper) / 2 };
  const none: Remains = { count: 0, middle: 0 };
  if (limit <= lower) return kept === 'below' ? none : all;
  if (limit >= upper) return kept === 'below' ? all : none;
  return kept === 'below'
    ? { count: count * ((limit - lower) / (upper - lower)), middle: (lower + limit) / 2 }
    : { count: count * ((upper - limit) / (upper - lower)), middle: (limit + upper) / 2 };
}

/**
 * A histogram without the observations on one side of a limit (the operators `</` and `>/`). In the bucket that the limit
 * lies in, what is left is interpolated, and the sum is estimated anew from the buckets. When nothing goes, it is as it
 * was.
 *
 * @param kept which observations stay: those below the limit (`</`) or those above (`>/`)
 */
export function trimHistogram(histogram: FloatHistogram, limit: number, kept: Kept): FloatHistogram {
  const custom = hasCustomBounds(histogram);
  let count = 0;
  let sum = 0;
  let isTrimmed = false;
  function trimSide(side: 'negative' | 'positive', counts: Float64Array): Float64Array {
    const spans = side === 'negative' ? histogram.negativeSpans : histogram.positiveSpans;
    const indices = indicesOf(spans, counts.length);
    return counts.map((before, position) => {
      if (before === 0) return 0;
      const bucket = bucketOf(histogram, side, indices[position]!, before);
      const { count: left, middle } = trimBucket(bucket, limit, kept, side, custom);
      count += left;
      // An infinite middle of a bucket that is gone would make the sum NaN.
      if (left !== 0) sum += middle * left;
      isTrimmed ||= left !== before;
      return left;
    });
  }
  const positiveBuckets = trimSide('positive', histogram.positiveBuckets);
  const negativeBuckets = trimSide('negative', histogram.negativeBuckets);
  let { zeroCount } = histogram;
  if (zeroCount > 0) {
    const hasPositive = histogram.positiveBuckets.some((each) => each !== 0);
    const hasNegative = histogram.negativeBuckets.some((each) => each !== 0);
    const { zeroThreshold } = histogram;
    const lower = hasPositive && !hasNegative ? 0 : -zeroThreshold;
    const upper = hasNegative && !hasPositive ? 0 : zeroThreshold;
    const { count: left, middle } = trimZeroBucket(zeroCount, lower, upper, limit, kept);
    isTrimmed ||= left !== zeroCount;
    zeroCount = left;
    count += left;
    sum += middle * left;
  }
  if (!isTrimmed) return histogram;
  return compactHistogram({ ...histogram, positiveBuckets, negativeBuckets, zeroCount, count, sum });
}
