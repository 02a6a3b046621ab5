/** Buckets of a classic histogram at one time: upper bounds ascending, and how many observations are up to each. */
export interface ClassicBuckets {
  length: number;
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
}

export interface ClassicQuantile {
  readonly value: number;
  /** Where counts fell from a bucket to the next, which cannot be, and were lifted. */
  readonly forced:
    | { readonly minBucket: number; readonly maxBucket: number; readonly maxDifference: number }
    | undefined;
}

/** Counts that are nearly equal are equal: a sum of floats is not exact. */
const tolerance = 1e-12;

/** Smallest normal number, where a relative difference stops to mean anything. */
const smallestNormal = 2 ** -1022;

/**
 * The value below which a share of the observations lies, on a straight line within its bucket.
 *
 * NaN without observations, without a bucket of +Inf and with no other; the highest bound when it is in the last one.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 *
 * @param quantile 0 to 1
 * @param buckets changed in place
 */
export function classicQuantile(quantile: number, buckets: ClassicBuckets): ClassicQuantile {
  if (Number.isNaN(quantile)) return { value: Number.NaN, forced: undefined };
  if (quantile < 0) return { value: Number.NEGATIVE_INFINITY, forced: undefined };
  if (quantile > 1) return { value: Number.POSITIVE_INFINITY, forced: undefined };
  if (buckets.bounds[buckets.length - 1] !== Number.POSITIVE_INFINITY)
    return { value: Number.NaN, forced: undefined };
  joinEqualBounds(buckets);
  const forced = forceMonotonic(buckets);
  return { value: interpolated(quantile, buckets), forced };
}

function interpolated(quantile: number, { bounds, counts, length }: ClassicBuckets): number {
  const observations = counts[length - 1]!;
  if (length < 2 || observations === 0) return Number.NaN;
  let rank = quantile * observations;
  const last = length - 1;
  const at = firstAtLeast(counts, last, rank);
  if (at === last) return bounds[last - 1]!;
  const upper = bounds[at]!;
  if (at === 0 && upper <= 0) return upper;
  let lower = 0;
  let count = counts[at]!;
  if (at > 0) {
    lower = bounds[at - 1]!;
    count -= counts[at - 1]!;
    rank -= counts[at - 1]!;
  }
  return lower + (upper - lower) * (rank / count);
}

/** Halves as Go's `sort.Search` does, which matters when a count is NaN. */
function firstAtLeast(counts: Float64Array, length: number, rank: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (counts[middle]! >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Share of the observations between two values. Source: …/functions/#histogram_fraction */
export function classicFraction(lower: number, upper: number, buckets: ClassicBuckets): number {
  if (buckets.bounds[buckets.length - 1] !== Number.POSITIVE_INFINITY) return Number.NaN;
  joinEqualBounds(buckets);
  const count = buckets.counts[buckets.length - 1]!;
  if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets, count) - rankOf(lower, buckets, count)) / count;
}

function rankOf(value: number, { bounds, counts, length }: ClassicBuckets, count: number): number {
  let rank = 0;
  let from = bounds[0]! <= 0 ? Number.NEGATIVE_INFINITY : 0;
  for (let index = 0; index < length; index += 1) {
    const to = bounds[index]!;
    const upTo = counts[index]!;
    if (from >= value) return capped(rank, count);
    if (to > value) {
      // Nothing can be told within a bucket without a lower bound.
      const within =
        from === Number.NEGATIVE_INFINITY ? upTo : rank + ((upTo - rank) * (value - from)) / (to - from);
      return capped(within, count);
    }
    rank = upTo;
    from = to;
  }
  return count;
}

function capped(rank: number, count: number): number {
  return rank > count ? count : rank;
}

function joinEqualBounds(buckets: ClassicBuckets): void {
  const { bounds, counts } = buckets;
  let kept = 0;
  for (let index = 1; index < buckets.length; index += 1) {
    if (bounds[index] === bounds[kept]) {
      counts[kept] = counts[kept]! + counts[index]!;
    } else {
      kept += 1;
      bounds[kept] = bounds[index]!;
      counts[kept] = counts[index]!;
    }
  }
  buckets.length = kept + 1;
}

function forceMonotonic({ bounds, counts, length }: ClassicBuckets): ClassicQuantile['forced'] {
  let minBucket = Number.POSITIVE_INFINITY;
  let maxBucket = Number.NEGATIVE_INFINITY;
  let maxDifference = 0;
  let forced = false;
  let before = counts[0]!;
  for (let index = 1; index < length; index += 1) {
    const count = counts[index]!;
    if (count === before) continue;
    if (nearlyEqual(before, count)) {
      counts[index] = before;
    } else if (count < before) {
      forced = true;
      counts[index] = before;
      minBucket = Math.min(minBucket, bounds[index]!);
      maxBucket = Math.max(maxBucket, bounds[index]!);
      maxDifference = Math.max(maxDifference, before - count);
    } else {
      before = count;
    }
  }
  return forced ? { minBucket, maxBucket, maxDifference } : undefined;
}

/** Relative to the sum of both, and absolute close to 0. */
function nearlyEqual(left: number, right: number): boolean {
  if (Number.isNaN(left) && Number.isNaN(right)) return true;
  const difference = Math.abs(left - right);
  const size = Math.abs(left) + Math.abs(right);
  if (left === 0 || right === 0 || size < smallestNormal) return difference < tolerance * smallestNormal;
  return difference / Math.min(size, Number.MAX_VALUE) < tolerance;
}
