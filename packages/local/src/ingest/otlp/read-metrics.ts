import { instrumentName } from '@sightline/metrics';
import type { Labels } from '@sightline/query';
import type {
  ExponentialPoint,
  HistogramPoint,
  NumberPoint,
  OtlpExemplar,
  OtlpMetric,
  OtlpMetrics,
  SummaryPoint,
} from '../../wire/otlp-messages.ts';
import { readNow } from '../../wire/read-protobuf.ts';
import type { Exemplar, MetricType, SampleSink } from '../samples.ts';
import { attributesOf } from './attributes.ts';
import { MIN_SCHEMA, isTooCoarse, nativeHistogram } from './native-histogram.ts';
import { attributeLabels, resourceLabels } from './resource-labels.ts';

/** What of an export was not taken. */
interface ReadMetrics {
  readonly rejected: number;
  /** What was wrong with the first of it. */
  readonly reason: string | undefined;
}

/** Set where a series has ended. Source: opentelemetry-proto, DataPointFlags */
const NO_RECORDED_VALUE = 1;
const CUMULATIVE = 2;

interface Family {
  readonly name: string;
  readonly labels: Labels;
  readonly sink: SampleSink;
}

/**
 * Hands on the points of an export, those of a metric in a step, as Prometheus's own OTLP endpoint would: names with their units, classic
 * histograms as `_bucket`, `_sum` and `_count`, exponential ones as native ones, the resource as `target_info`.
 */
export function* readMetrics(request: OtlpMetrics, sink: SampleSink): Generator<undefined, ReadMetrics> {
  let rejected = 0;
  let reason: string | undefined;
  for (const { resource, scopeMetrics } of request.resourceMetrics ?? []) {
    const { series, targetInfo } = resourceLabels(attributesOf(resource?.attributes));
    let newestMs = 0;
    for (const { metrics } of scopeMetrics ?? []) {
      for (const each of metrics ?? []) {
        const metric = readNow(each);
        const fault = faultOf(metric);
        if (fault === undefined) {
          newestMs = Math.max(newestMs, readMetric(metric, series, sink));
          const coarse = metric.exponentialHistogram?.dataPoints?.filter(isTooCoarse) ?? [];
          rejected += coarse.length;
          if (coarse.length > 0) reason ??= coarseText(metric, coarse);
        } else {
          rejected += pointsOf(metric).length;
          reason ??= fault;
        }
        yield;
      }
    }
    if (targetInfo === undefined || newestMs === 0) continue;
    sink.metadata('target_info', { type: 'gauge', help: 'Target metadata', unit: '' });
    sink.sample({ ...targetInfo, __name__: 'target_info' }, newestMs, 1);
  }
  return { rejected, reason };
}

function pointsOf({
  gauge,
  sum,
  histogram,
  exponentialHistogram,
  summary,
}: OtlpMetric): readonly NumberPoint[] {
  return (gauge ?? sum ?? histogram ?? exponentialHistogram ?? summary)?.dataPoints ?? [];
}

function faultOf(metric: OtlpMetric): string | undefined {
  const { name, sum, histogram, exponentialHistogram } = metric;
  if (name === undefined || name === '') return 'a metric without a name';
  const added = sum ?? histogram ?? exponentialHistogram;
  if (added !== undefined && added.aggregationTemporality !== CUMULATIVE)
    return `${name} is not cumulative: set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative`;
  return undefined;
}

function coarseText({ name }: OtlpMetric, [point]: readonly ExponentialPoint[]): string {
  return `${name} has an exponential histogram of scale ${point?.scale}: ${MIN_SCHEMA} is the coarsest that a native histogram has`;
}

/** @returns the time of the newest point [ms] */
function readMetric(metric: OtlpMetric, series: Labels, sink: SampleSink): number {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  const isCounter = sum?.isMonotonic === true;
  const type = typeOf(metric);
  const family: Family = {
    name: instrumentName(
      metric.name!,
      metric.unit ?? '',
      isCounter ? 'counter' : type === 'histogram' || type === 'summary' ? 'histogram' : 'gauge',
      gauge !== undefined,
    ),
    labels: series,
    sink,
  };
  sink.metadata(isCounter ? family.name.replace(/_total$/, '') : family.name, {
    type,
    help: metric.description ?? '',
    unit: metric.unit ?? '',
  });
  for (const point of (gauge ?? sum)?.dataPoints ?? []) readNumber(point, family);
  for (const point of histogram?.dataPoints ?? []) readHistogram(point, family);
  for (const point of exponentialHistogram?.dataPoints ?? []) {
    if (isTooCoarse(point)) continue;
    const labels = labelsOf(point, family, '');
    sink.sample(labels, timeOf(point), nativeHistogram(point), exemplarsOf(point.exemplars));
  }
  for (const point of summary?.dataPoints ?? []) readSummary(point, family);
  return pointsOf(metric).reduce((newestMs, point) => Math.max(newestMs, timeOf(point)), 0);
}

function typeOf({ gauge, sum, histogram, exponentialHistogram, summary }: OtlpMetric): MetricType {
  if (gauge !== undefined) return 'gauge';
  if (sum !== undefined) return sum.isMonotonic === true ? 'counter' : 'gauge';
  if (histogram !== undefined || exponentialHistogram !== undefined) return 'histogram';
  return summary === undefined ? 'unknown' : 'summary';
}

function labelsOf(point: NumberPoint, { name, labels }: Family, suffix: string): Record<string, string> {
  return { ...attributeLabels(attributesOf(point.attributes)), ...labels, __name__: `${name}${suffix}` };
}

function timeOf({ timeUnixNano }: { readonly timeUnixNano?: bigint }): number {
  return Number((timeUnixNano ?? 0n) / 1_000_000n);
}

/** The value, or the stale marker where the point says that there is none. */
function valueOr(point: { readonly flags?: number }, value: number): number | undefined {
  return ((point.flags ?? 0) & NO_RECORDED_VALUE) === 0 ? value : undefined;
}

function readNumber(point: NumberPoint, family: Family): void {
  const value = point.asDouble ?? Number(point.asInt ?? 0n);
  family.sink.sample(
    labelsOf(point, family, ''),
    timeOf(point),
    valueOr(point, value),
    exemplarsOf(point.exemplars),
  );
}

function readHistogram(point: HistogramPoint, family: Family): void {
  const { sink } = family;
  const timeMs = timeOf(point);
  const exemplars = exemplarsOf(point.exemplars);
  const labels = labelsOf(point, family, '_bucket');
  const bounds = point.explicitBounds ?? [];
  let count = 0;
  let lower = -Infinity;
  bounds.forEach((bound, at) => {
    count += Number(point.bucketCounts?.[at] ?? 0n);
    const own = exemplars.filter(({ value }) => value > lower && value <= bound);
    sink.sample({ ...labels, le: boundText(bound) }, timeMs, valueOr(point, count), own);
    lower = bound;
  });
  const total = Number(point.count ?? 0n);
  const above = exemplars.filter(({ value }) => value > lower);
  sink.sample({ ...labels, le: '+Inf' }, timeMs, valueOr(point, total), above);
  sink.sample({ ...labels, __name__: `${family.name}_count` }, timeMs, valueOr(point, total));
  if (point.sum !== undefined)
    sink.sample({ ...labels, __name__: `${family.name}_sum` }, timeMs, valueOr(point, point.sum));
}

/** A bound as Prometheus's own OTLP endpoint spells it: all digits, no exponent. */
function boundText(bound: number): string {
  if (bound === Infinity) return '+Inf';
  const text = String(bound);
  if (!text.includes('e')) return text;
  if (Math.abs(bound) >= 1) return String(BigInt(bound));
  const [digits = '', power = '0'] = bound.toExponential().split('e-');
  const sign = bound < 0 ? '-' : '';
  return `${sign}0.${'0'.repeat(Number(power) - 1)}${digits.replaceAll(/[-.]/g, '')}`;
}

function readSummary(point: SummaryPoint, family: Family): void {
  const { sink } = family;
  const timeMs = timeOf(point);
  const labels = labelsOf(point, family, '');
  for (const { quantile, value } of point.quantileValues ?? [])
    sink.sample({ ...labels, quantile: boundText(quantile ?? 0) }, timeMs, valueOr(point, value ?? 0));
  sink.sample({ ...labels, __name__: `${family.name}_sum` }, timeMs, valueOr(point, point.sum ?? 0));
  sink.sample(
    { ...labels, __name__: `${family.name}_count` },
    timeMs,
    valueOr(point, Number(point.count ?? 0n)),
  );
}

function exemplarsOf(exemplars: readonly OtlpExemplar[] | undefined): readonly Exemplar[] {
  return (exemplars ?? []).map(({ asDouble, asInt, timeUnixNano, traceId, spanId }) => ({
    value: asDouble ?? Number(asInt ?? 0n),
    timeMs: timeOf({ timeUnixNano: timeUnixNano ?? 0n }),
    labels: {
      ...(traceId !== undefined && traceId !== '' && { trace_id: traceId }),
      ...(spanId !== undefined && spanId !== '' && { span_id: spanId }),
    },
  }));
}
