import { allBuckets } from './buckets.ts';
import { hasCustomBounds } from './create-histogram.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { fractionBelow } from './interpolate.ts';

export interface HistogramFraction {
  readonly value: number;
  /** Observations of NaN are in the count and in no bucket, so the fractions of all buckets are less than 1 together. */
  readonly hasNaN: boolean;
}

/** How many observations are below each value, interpolated as quantiles are; undefined beyond the last bucket. */
function ranksOf(
  histogram: FloatHistogram,
  values: readonly number[],
): { readonly ranks: readonly (number | undefined)[]; readonly inBuckets: number } {
  const custom = hasCustomBounds(histogram);
  const { negativeBuckets, positiveBuckets } = histogram;
  const ranks: (number | undefined)[] = values.map(() => undefined);
  let below = 0;
  for (const bucket of allBuckets(histogram)) {
    let { lower, upper } = bucket;
    const isZero = lower <= 0 && upper >= 0;
    if (isZero && negativeBuckets.length === 0 && positiveBuckets.length > 0) lower = 0;
    else if (isZero && positiveBuckets.length === 0 && negativeBuckets.length > 0) upper = 0;
    for (const [position, value] of values.entries()) {
      if (ranks[position] !== undefined) continue;
      if (lower >= value) ranks[position] = below;
      else if (upper > value) {
        const scale = custom || isZero ? 'linear' : 'exponential';
        // Within a bucket without a lower bound nothing can be told apart.
        ranks[position] =
          lower === -Infinity
            ? bucket.count
            : below + bucket.count * fractionBelow(value, { lower, upper }, scale);
      }
    }
    below += bucket.count;
  }
  return { ranks, inBuckets: below };
}

/**
 * Share of the observations between two values.
 *
 * NaN with no observations or when a bound is NaN, 0 when `lower` is not below `upper`.
 */
export function histogramFraction(
  lower: number,
  upper: number,
  histogram: FloatHistogram,
): HistogramFraction {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return { value: NaN, hasNaN: false };
  if (lower >= upper) return { value: 0, hasNaN: false };
  const { ranks, inBuckets } = ranksOf(histogram, [lower, upper]);
  const mayHaveNaN = Number.isNaN(histogram.sum);
  const all = mayHaveNaN ? inBuckets : histogram.count;
  const [lowerRank = all, upperRank = all] = ranks;
  return {
    value: (Math.min(upperRank, all) - Math.min(lowerRank, all)) / histogram.count,
    hasNaN: mayHaveNaN && inBuckets < histogram.count,
  };
}
