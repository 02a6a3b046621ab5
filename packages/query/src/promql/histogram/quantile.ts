import { type BucketSide, cutBucketOf, visitBuckets } from './buckets.ts';
import { hasCustomBounds } from './create-histogram.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { valueAt } from './interpolate.ts';

export interface HistogramQuantile {
  readonly value: number;
  /**
   * What observations of NaN, which are in the count but in no bucket, did: `result`, the quantile is among them; `skew`,
   * it is higher than it were without them; absent, there are none.
   */
  readonly nan?: 'result' | 'skew';
}

/** A bucket of a walk. */
interface Visited {
  readonly count: number;
  readonly side: BucketSide;
  readonly index: number;
}

interface Walk {
  /** The bucket that the rank falls into, or the last one when the rank is beyond all. */
  readonly found: Visited | undefined;
  /** Observations in it and in all before it. */
  readonly reached: number;
  /** The last bucket of all, and observations in all; only of a histogram whose sum is NaN. */
  readonly last: Visited | undefined;
  readonly inBuckets: number;
}

function walkToRank(histogram: FloatHistogram, order: 'ascending' | 'descending', rank: number): Walk {
  let found: Visited | undefined;
  let last: Visited | undefined;
  let reached = 0;
  let inBuckets = 0;
  let isReached = false;
  const walksOn = Number.isNaN(histogram.sum);
  visitBuckets(histogram, order, (count, side, index) => {
    last = { count, side, index };
    inBuckets += count;
    if (isReached) return false;
    found = last;
    reached = inBuckets;
    isReached = count !== 0 && inBuckets >= rank;
    return isReached && !walksOn;
  });
  return { found, reached, last, inBuckets };
}

/** Bounds as interpolation takes them: with nothing on one side of zero, the zero bucket is only on the other. */
function boundsOf(
  histogram: FloatHistogram,
  { side, index, count }: Visited,
): { lower: number; upper: number } {
  const { lower, upper } = cutBucketOf(histogram, side, index, count);
  if (side !== 'zero' || lower >= 0 || upper <= 0) return { lower, upper };
  const { negativeBuckets, positiveBuckets } = histogram;
  if (negativeBuckets.length === 0 && positiveBuckets.length > 0) return { lower: 0, upper };
  if (positiveBuckets.length === 0 && negativeBuckets.length > 0) return { lower, upper: 0 };
  return { lower, upper };
}

/**
 * The φ-quantile of what was observed, interpolated within its bucket: on a logarithmic scale in exponential buckets, on
 * a linear one in the zero bucket and with custom bounds.
 *
 * NaN with no observations and for φ NaN, −Infinity for φ < 0, +Infinity for φ > 1. In an open bucket of custom bounds
 * it is the bound that there is, and the lowest one begins at 0 when it ends above.
 *
 * @param quantile φ, 0 to 1
 */
export function histogramQuantile(quantile: number, histogram: FloatHistogram): HistogramQuantile {
  if (quantile < 0) return { value: -Infinity };
  if (quantile > 1) return { value: Infinity };
  if (histogram.count === 0 || Number.isNaN(quantile)) return { value: NaN };
  // Observations of NaN count as the highest, so with them only the way from below is right.
  const hasNaN = Number.isNaN(histogram.sum);
  const fromBelow = hasNaN || quantile < 0.5;
  const rank = (fromBelow ? quantile : 1 - quantile) * histogram.count;
  const walk = walkToRank(histogram, fromBelow ? 'ascending' : 'descending', rank);
  const { found } = walk;
  const custom = hasCustomBounds(histogram);
  let bounds = found === undefined ? { lower: 0, upper: 0 } : boundsOf(histogram, found);
  if (custom && bounds.lower === -Infinity) {
    if (bounds.upper <= 0) return { value: bounds.upper };
    bounds.lower = 0;
  } else if (custom && bounds.upper === Infinity) return { value: bounds.lower };
  const reached = Math.min(walk.reached, histogram.count);
  if (reached < rank) return hasNaN ? { value: NaN, nan: 'result' } : { value: bounds.upper };
  let count = found?.count ?? 0;
  const within = fromBelow ? rank - (reached - count) : reached - rank;
  if (hasNaN && walk.last !== undefined && walk.last !== found) {
    // Prometheus 3 looks here for observations that are in no bucket, and interpolates in the last bucket then.
    const { side, index } = walk.last;
    bounds = cutBucketOf(histogram, side, index, walk.last.count);
    ({ count } = walk.last);
  }
  const scale = custom || (bounds.lower <= 0 && bounds.upper >= 0) ? 'linear' : 'exponential';
  const value = valueAt(within / count, bounds, scale);
  return hasNaN && walk.inBuckets < histogram.count ? { value, nan: 'skew' } : { value };
}
