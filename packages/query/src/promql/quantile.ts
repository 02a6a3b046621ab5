/**
 * The value below which a share of numbers lies, interpolated between the two next to it.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#quantile
 *
 * @param quantile 0 to 1; below it is −Infinity, above Infinity
 * @param values number[n], sorted in place, NaN first
 */
export function quantileOf(quantile: number, values: Float64Array): number {
  const count = values.length;
  if (count === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  values.sort();
  const nans = firstNaN(values);
  const rank = quantile * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return at(values, lower, nans) * (1 - weight) + at(values, upper, nans) * weight;
}

/** A typed array sorts NaN to the end; Prometheus has it before all numbers. */
function firstNaN(values: Float64Array): number {
  let index = values.length;
  while (index > 0 && Number.isNaN(values[index - 1])) index -= 1;
  return index;
}

function at(values: Float64Array, index: number, nans: number): number {
  const ofNaN = values.length - nans;
  return index < ofNaN ? Number.NaN : values[index - ofNaN]!;
}
