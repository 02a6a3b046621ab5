import type { NoteDetail } from './annotations.ts';
import { goNumber } from './histogram/index.ts';

/**
 * Texts of annotations, word for word as Prometheus has them, since people search for them and tools compare them.
 */

function goFloat(value: number): string {
  return goNumber(value);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function named(text: string, metricName: string): string {
  return metricName === '' ? text : `${text} for metric name ${quoted(metricName)}`;
}

export const messages = {
  invalidQuantile: (quantile: number) => `quantile value should be between 0 and 1, got ${goFloat(quantile)}`,
  invalidRatio: (ratio: number, to: number) =>
    `ratio value should be between -1 and 1, got ${goFloat(ratio)}, capping to ${goFloat(to)}`,
  badBucketLabel: (metricName: string, label: string) =>
    named(`bucket label "le" is missing or has a malformed value of ${quoted(label)}`, metricName),
  mixedFloatsHistograms: (metricName: string) =>
    `encountered a mix of histograms and floats for metric name ${quoted(metricName)}`,
  mixedFloatsHistogramsInAggregation: 'encountered a mix of histograms and floats for aggregation',
  mixedClassicNative: (metricName: string) =>
    named('vector contains a mix of classic and native histograms', metricName),
  notCounter: (metricName: string) => `this native histogram metric is not a counter: ${quoted(metricName)}`,
  notGauge: (metricName: string) => `this native histogram metric is not a gauge: ${quoted(metricName)}`,
  mixedSchemas: (metricName: string) =>
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${quoted(metricName)}`,
  incompatibleLayout: (operator: string) =>
    `incompatible bucket layout encountered for binary operator ${operator}`,
  sortInRangeQuery: 'sort is ineffective for range queries since results are always ordered by labels',
  possibleNonCounter: (metricName: string) =>
    `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quoted(metricName)}`,
  possibleNonCounterLabel: (metricName: string, type: string) =>
    `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${quoted(type)}: ${quoted(metricName)}`,
  incompatibleTypes: (left: string, operator: string, right: string) =>
    `incompatible sample types encountered for binary operator ${quoted(operator)}: ${left} ${operator} ${right}`,
  ignoredInAggregation: (operator: string) => `ignored histogram in ${operator} aggregation`,
  ignoredInMixedRange: (metricName: string) =>
    `ignored histograms in a range containing both floats and histograms for metric name ${quoted(metricName)}`,
  nanResult: (metricName: string) =>
    named('input to histogram_quantile has NaN observations, result is NaN', metricName),
  nanSkew: (metricName: string) =>
    named('input to histogram_quantile has NaN observations, result is skewed higher', metricName),
  nanFraction: (metricName: string) =>
    named(
      'input to histogram_fraction has NaN observations, which are excluded from all fractions',
      metricName,
    ),
  resetCollision: (operation: HistogramOperation) =>
    `conflicting counter resets during histogram ${operation}`,
  reconciledBounds: (operation: HistogramOperation) =>
    `mismatched custom buckets were reconciled during ${operation}`,
  startTimeOverlap: (metricName: string) =>
    `sample has start time that overlaps with previous sample timestamp for metric ${quoted(metricName)}`,
  forcedMonotonicity: (metricName: string) =>
    named(
      'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)',
      metricName,
    ),
} as const;

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

/** What was bent in classic histograms, over all times at which it was. */
interface Monotonicity extends NoteDetail {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
  readonly count: number;
}

export function monotonicityDetail(
  timeMs: number,
  minBucket: number,
  maxBucket: number,
  maxDifference: number,
): NoteDetail {
  return monotonicity({ firstMs: timeMs, lastMs: timeMs, minBucket, maxBucket, maxDifference, count: 1 });
}

function monotonicity(parts: Omit<Monotonicity, keyof NoteDetail>): Monotonicity {
  const { firstMs, lastMs, minBucket, maxBucket, maxDifference, count } = parts;
  return {
    ...parts,
    merge(earlier) {
      const other = earlier as Monotonicity;
      return monotonicity({
        firstMs: Math.min(firstMs, other.firstMs),
        lastMs: Math.max(lastMs, other.lastMs),
        minBucket: Math.min(minBucket, other.minBucket),
        maxBucket: Math.max(maxBucket, other.maxBucket),
        maxDifference: Math.max(maxDifference, other.maxDifference),
        count: count + other.count,
      });
    },
    text: (base) =>
      `${base}, from buckets ${goFloat(minBucket)} to ${goFloat(maxBucket)}, with a max diff of ${twoDigits(maxDifference)}, ` +
      `over ${count} samples from ${secondsText(firstMs)} to ${secondsText(lastMs)}`,
  };
}

interface Overlap extends NoteDetail {
  readonly count: number;
}

/** Counts how often a start time lay before the sample before it. */
export function overlapDetail(count = 1): NoteDetail {
  const detail: Overlap = {
    count,
    merge: (earlier) => overlapDetail(count + (earlier as Overlap).count),
    text: (base) => (count > 1 ? `${base} (${count} occurrences)` : base),
  };
  return detail;
}

function secondsText(timeMs: number): string {
  return new Date(Math.trunc(timeMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** `%.2g` of Go. */
function twoDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return goFloat(value);
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent >= 2) {
    return value
      .toExponential(1)
      .replace(/\.0e/, 'e')
      .replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(Number(value.toPrecision(2)));
}
