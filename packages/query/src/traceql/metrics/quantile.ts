/** Counts by the upper end of a bucket, ascending. */
export type Buckets = readonly (readonly [upperBound: number, count: number])[];

/**
 * A quantile out of buckets whose ends are powers of two, with the exponent taken as even within a bucket.
 *
 * @param ratio 0 to 1
 * @param buckets ascending
 */
export function log2Quantile(ratio: number, buckets: Buckets): number {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (!(ratio >= 0 && ratio <= 1) || total === 0) return 0;
  // Rounded up, for the sake of few samples, and one at least.
  const wanted = Math.max(Math.ceil(ratio * total), 1);
  let before = 0;
  let at = 0;
  for (const [index, [upperBound, count]] of buckets.entries()) {
    at = index;
    if (before + count > wanted) break;
    before += count;
    if (before === wanted) return upperBound;
  }
  const [upperBound, count] = buckets[at] as Buckets[number];
  const share = (wanted - before) / count;
  const upper = Math.log2(upperBound);
  const below = buckets[at - 1];
  const lower = below === undefined ? upper - 1 : Math.log2(below[0]);
  return 2 ** (lower + (upper - lower) * share);
}
