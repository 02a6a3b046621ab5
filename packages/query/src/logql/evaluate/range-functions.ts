import type { RangeOperation } from '../syntax/ast.ts';

/** The samples of a series within a window, oldest first: `from` to before `to` of the lists. */
export interface Window {
  /** From the start of the query [ns]. */
  readonly timesNs: readonly number[];
  readonly values: readonly number[];
  readonly from: number;
  readonly to: number;
  /** Sum of the values, where they are whole numbers. */
  readonly sum: number;
}

export interface WindowContext {
  readonly rangeNs: number;
  readonly rangeSeconds: number;
  /** End of the window, from the start of the query [ns]. */
  readonly endNs: number;
  /** Of `quantile_over_time`. */
  readonly parameter: number;
  /** Whether values come from `unwrap`. */
  readonly unwrapped: boolean;
}

export type RangeFunction = (window: Window, context: WindowContext) => number;

function count({ from, to }: Window): number {
  return to - from;
}

function sum({ values, from, to }: Window): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += values[at]!;
  return total;
}

/** As Prometheus has it: an infinite mean stays, so that it does not become NaN. */
function average({ values, from, to }: Window): number {
  let mean = 0;
  let seen = 0;
  for (let at = from; at < to; at += 1) {
    const value = values[at]!;
    seen += 1;
    if (Math.abs(mean) === Infinity && (value === mean || Number.isFinite(value))) continue;
    mean += value / seen - mean / seen;
  }
  return mean;
}

/** The value that is best, where any number is better than NaN. */
function extreme({ values, from, to }: Window, isBetter: (value: number, best: number) => boolean): number {
  let best = values[from]!;
  for (let at = from; at < to; at += 1) {
    const value = values[at]!;
    if (isBetter(value, best) || Number.isNaN(best)) best = value;
  }
  return best;
}

/** Welford's algorithm. Source: https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance */
function variance({ values, from, to }: Window): number {
  let squares = 0;
  let mean = 0;
  let seen = 0;
  for (let at = from; at < to; at += 1) {
    const value = values[at]!;
    seen += 1;
    const delta = value - mean;
    mean += delta / seen;
    squares += delta * (value - mean);
  }
  return squares / seen;
}

/** NaN sorts before all numbers. */
function byValue(left: number, right: number): number {
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  return Number.isNaN(right) ? 1 : left - right;
}

/** The quantile of values, between two of them weighted by nearness. A share has no sign in the grammar. */
function quantile(values: readonly number[], share: number): number {
  if (share > 1) return Infinity;
  const sorted = values.toSorted(byValue);
  const rank = share * (sorted.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight;
}

/** Increase of a counter a second, extended to the ends of the window as Prometheus does it. */
function counterRate(
  { timesNs, values, from, to }: Window,
  { rangeNs, rangeSeconds, endNs }: WindowContext,
): number {
  const size = to - from;
  if (size < 2) return 0;
  const firstValue = values[from]!;
  const firstNs = timesNs[from]!;
  const lastNs = timesNs[to - 1]!;
  let increase = values[to - 1]! - firstValue;
  let before = 0;
  for (let at = from; at < to; at += 1) {
    const value = values[at]!;
    if (value < before) increase += before;
    before = value;
  }
  let toStart = (firstNs - (endNs - rangeNs)) / 1e9;
  let toEnd = (endNs - lastNs) / 1e9;
  const sampled = (lastNs - firstNs) / 1e9;
  const between = sampled / (size - 1);
  const threshold = between * 1.1;
  if (toStart >= threshold) toStart = between / 2;
  if (increase > 0 && firstValue >= 0) {
    // A counter cannot have been below zero.
    const toZero = sampled * (firstValue / increase);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = between / 2;
  return (increase * ((sampled + toStart + toEnd) / sampled)) / rangeSeconds;
}

/** Every range aggregation. Source: https://grafana.com/docs/loki/latest/query/metric_queries/ */
export const rangeFunctions: Readonly<Record<RangeOperation, RangeFunction>> = {
  count_over_time: count,
  rate: (window, { rangeSeconds, unwrapped }) => (unwrapped ? sum(window) : count(window)) / rangeSeconds,
  rate_counter: counterRate,
  bytes_over_time: (window) => window.sum,
  bytes_rate: (window, { rangeSeconds }) => window.sum / rangeSeconds,
  avg_over_time: average,
  sum_over_time: sum,
  min_over_time: (window) => extreme(window, (value, best) => value < best),
  max_over_time: (window) => extreme(window, (value, best) => value > best),
  stdvar_over_time: variance,
  stddev_over_time: (window) => Math.sqrt(variance(window)),
  quantile_over_time: ({ values, from, to }, { parameter }) => quantile(values.slice(from, to), parameter),
  first_over_time: ({ values, from }) => values[from]!,
  last_over_time: ({ values, to }) => values[to - 1]!,
  absent_over_time: () => 1,
};
