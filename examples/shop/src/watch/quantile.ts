/** A bucket as it stands on a metrics page: how many observations were at most `upperBound`. */
export interface Bucket {
  readonly upperBound: number;
  readonly count: number;
}

/**
 * The quantile as Prometheus estimates it: observations are taken to be spread evenly inside their bucket, and those
 * above the last bound to lie at it.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 *
 * @param quantile from 0 to 1
 * @param buckets cumulated, by ascending bound, the last one +Inf
 * @returns in the unit of the bounds; NaN without observations
 */
export function histogramQuantile(quantile: number, buckets: readonly Bucket[]): number {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return Number.NaN;
  const rank = quantile * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  const below = buckets[index - 1] ?? { upperBound: 0, count: 0 };
  if (bucket === undefined || bucket.upperBound === Infinity) return below.upperBound;
  const inside = bucket.count - below.count;
  const share = inside === 0 ? 0 : (rank - below.count) / inside;
  return below.upperBound + (bucket.upperBound - below.upperBound) * share;
}
