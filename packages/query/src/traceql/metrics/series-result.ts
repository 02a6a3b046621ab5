import type { Labels } from '../../labels.ts';
import type { MatrixSeries } from '../../promql/result.ts';
import { anyValueOf, jsonNumber } from '../run/any-value.ts';
import type { AnyValue, KeyValue } from '../run/any-value.ts';
import { printAttribute } from '../syntax/attribute.ts';
import { encode } from '../value/encode.ts';
import type { Intervals } from './interval.ts';
import type { MetricSeries, SeriesLabel, SeriesSet, SpanExemplar } from './series.ts';

/** A span that stands for others of its series. */
export interface ExemplarResult {
  readonly labels: Labels;
  readonly traceId: string;
  readonly value: number;
  /** When the span started, since 1970 [ms]. */
  readonly timeMs: number;
}

/** A series as PromQL has them, of floats alone, with the types of its labels and exemplars. */
export interface MetricSeriesResult extends MatrixSeries {
  /** As the API of Tempo has them. */
  readonly typedLabels: readonly KeyValue[];
  readonly exemplars: readonly ExemplarResult[];
}

const noTimes = new Float64Array(0);

/** Series as they leave the engine: steps without a value, and series without any, are gone. */
export function seriesResults(series: SeriesSet, intervals: Intervals): readonly MetricSeriesResult[] {
  return [...series.values()]
    .map((one) => seriesResult(one, intervals))
    .filter(({ values }) => values.length > 0)
    .toSorted(byLabels);
}

function seriesResult({ labels, values, exemplars }: MetricSeries, intervals: Intervals): MetricSeriesResult {
  const steps = [...values.keys()].filter((step) => !Number.isNaN(values[step]));
  return {
    labels: Object.fromEntries(labels.map(({ name, value }) => [name, encode(value)])),
    typedLabels: labels.map(keyValueOf),
    timesMs: Float64Array.from(steps, (step) => intervals.timeMs(step)),
    values: Float64Array.from(steps, (step) => values[step] as number),
    histogramTimesMs: noTimes,
    histograms: [],
    exemplars: exemplars
      .flatMap((exemplar) => exemplarResult(exemplar, values, intervals))
      .toSorted((a, b) => a.timeMs - b.timeMs),
  };
}

const keyValueOf = ({ name, value }: SeriesLabel): KeyValue => ({ key: name, value: anyValueOf(value) });

/** An exemplar without a value gets that of its series; in a step without one it goes. */
function exemplarResult(
  { traceId, entries, value, timeMs }: SpanExemplar,
  values: Float64Array,
  intervals: Intervals,
): readonly ExemplarResult[] {
  const ofSeries = values[intervals.of(BigInt(timeMs) * 1_000_000n)] ?? Number.NaN;
  if (Number.isNaN(ofSeries)) return [];
  const labels = Object.fromEntries(
    entries.map((entry) => [printAttribute(entry.attribute), encode(entry.value)] as const),
  );
  return [
    {
      labels: { ...labels, 'trace:id': traceId.replace(/^0+/, '') },
      traceId,
      value: Number.isNaN(value) ? ofSeries : value,
      timeMs,
    },
  ];
}

function byLabels(
  { typedLabels: left }: MetricSeriesResult,
  { typedLabels: right }: MetricSeriesResult,
): number {
  if (left.length !== right.length) return left.length - right.length;
  for (const [index, { key, value }] of left.entries()) {
    const other = right[index] as KeyValue;
    const difference = order(key, other.key) || order(JSON.stringify(value), JSON.stringify(other.value));
    if (difference !== 0) return difference;
  }
  return 0;
}

const order = (left: string, right: string): number => Number(left > right) - Number(left < right);

/** A series in the JSON of `/api/metrics/query_range`. */
export interface RangeSeriesJson {
  readonly labels: readonly KeyValue[];
  /** Times in decimal digits [ms]. */
  readonly samples: readonly {
    readonly timestampMs: string;
    readonly value: ReturnType<typeof jsonNumber>;
  }[];
  readonly exemplars: readonly {
    readonly labels: readonly { readonly key: string; readonly value: AnyValue }[];
    readonly value: ReturnType<typeof jsonNumber>;
    readonly timestampMs: string;
  }[];
}

/** The answer of `/api/metrics/query_range`. */
export function rangeJson(series: readonly MetricSeriesResult[]): {
  readonly series: readonly RangeSeriesJson[];
} {
  return {
    series: series.map(({ typedLabels, timesMs, values, exemplars }) => ({
      labels: typedLabels,
      samples: Array.from(timesMs, (timeMs, index) => ({
        timestampMs: String(timeMs),
        value: jsonNumber(values[index] as number),
      })),
      exemplars: exemplars.map(({ labels, value, timeMs }) => ({
        labels: Object.entries(labels).map(([key, text]) => ({ key, value: { stringValue: text } })),
        value: jsonNumber(value),
        timestampMs: String(timeMs),
      })),
    })),
  };
}

/** The answer of `/api/metrics/query`. */
export function instantJson(series: readonly MetricSeriesResult[]): {
  readonly series: readonly {
    readonly labels: readonly KeyValue[];
    readonly value: ReturnType<typeof jsonNumber>;
  }[];
} {
  return {
    series: series.map(({ typedLabels, values }) => ({
      labels: typedLabels,
      value: jsonNumber(values[0] as number),
    })),
  };
}
