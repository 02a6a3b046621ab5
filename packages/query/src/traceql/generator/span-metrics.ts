import { type Labels, setLabel } from '../../labels.ts';
import type { Resource, Span } from '../model.ts';
import { findLabel, labelName, labelText } from './label-text.ts';
import { createMetricStore } from './metric-store.ts';
import type { GeneratedMetric } from './metric-store.ts';
import { otlpSpanBytes } from './otlp-span-bytes.ts';

/** How many requests, how long, how large: by service, span, kind and status. */
export interface SpanMetricsOptions {
  /** Attributes of resource or span that become labels. */
  readonly dimensions?: readonly string[];
  /** Whether the message of a status becomes a label. Default false. */
  readonly statusMessage?: boolean;
  /** Whether `traces_target_info` tells of each resource, and `job` and `instance` of each series. Default false. */
  readonly targetInfo?: boolean;
  /** Upper ends of the buckets, ascending [s]. Default 0.002 to 16.384, each twice the one before. */
  readonly upperBoundsSeconds?: readonly number[];
  /** How many spans stand behind one; default 1. */
  readonly weightOf?: (span: Span) => number;
  /** Most series, of which a histogram is several; updates of further ones are refused and counted. Default 100,000. */
  readonly maxSeries?: number;
}

/** Counts what it is given. */
export interface SpanMetrics {
  add(spans: Iterable<Span>): void;
  /** Forgets the series that had no span for a quarter of an hour. @param nowMs since 1970 */
  expire(nowMs: number): void;
  metrics(): readonly GeneratedMetric[];
  /** Updates that had no room. */
  readonly refused: number;
}

const callsName = 'traces_spanmetrics_calls_total';
const latencyName = 'traces_spanmetrics_latency';
const sizeName = 'traces_spanmetrics_size_total';
const targetInfoName = 'traces_target_info';

const defaultBoundsSeconds = Array.from({ length: 14 }, (_, index) => 0.002 * 2 ** index);
const defaultMaxSeries = 100_000;
const nanosecondsInSecond = 1e9;

/** Labels that every series has; an attribute with such a name gets `__` in front. */
const ownLabels: ReadonlySet<string> = new Set([
  'service',
  'span_name',
  'span_kind',
  'status_code',
  'status_message',
]);
const infoLabels: ReadonlySet<string> = new Set([...ownLabels, 'job', 'instance']);
const identity: ReadonlySet<string> = new Set(['service.name', 'service.namespace', 'service.instance.id']);

export function createSpanMetrics(options: SpanMetricsOptions = {}): SpanMetrics {
  const { dimensions = [], statusMessage = false, targetInfo = false, weightOf = () => 1 } = options;
  const store = createMetricStore(
    options.upperBoundsSeconds ?? defaultBoundsSeconds,
    options.maxSeries ?? defaultMaxSeries,
  );
  const names = dimensions.map((dimension) => [dimension, freeName(dimension, ownLabels)] as const);

  function labelsOf(span: Span, job: string, instance: string): Labels {
    const { resource, attributes } = span;
    return {
      service: findLabel('service.name', resource.attributes) ?? '',
      span_name: span.name,
      span_kind: `SPAN_KIND_${span.kind.toUpperCase()}`,
      status_code: `STATUS_CODE_${span.status.toUpperCase()}`,
      ...(statusMessage ? { status_message: span.statusMessage } : {}),
      ...Object.fromEntries(
        names.map(([key, name]) => [name, findLabel(key, resource.attributes, attributes) ?? '']),
      ),
      ...(targetInfo ? { job, instance } : {}),
    };
  }

  return {
    get refused() {
      return store.refused;
    },
    add(spans) {
      for (const span of spans) {
        const { job, instance } = targetOf(span.resource);
        const labels = labelsOf(span, job, instance);
        const weight = weightOf(span);
        store.increment(callsName, labels, weight);
        const seconds = Math.max(Number(span.durationNs) / nanosecondsInSecond, 0);
        store.observe(latencyName, labels, seconds, weight, span.traceId);
        store.increment(sizeName, labels, otlpSpanBytes(span));
        if (!targetInfo || (job === '' && instance === '')) continue;
        const info = infoOf(span.resource);
        if (Object.keys(info).length > 0) store.set(targetInfoName, { ...info, job, instance }, 1);
      }
    },
    expire: (nowMs) => store.expire(nowMs),
    metrics: () => store.metrics(),
  };
}

/** What `traces_spanmetrics_*` are for some spans. */
export function spanMetrics(spans: Iterable<Span>, options?: SpanMetricsOptions): readonly GeneratedMetric[] {
  const metrics = createSpanMetrics(options);
  metrics.add(spans);
  return metrics.metrics();
}

function freeName(key: string, taken: ReadonlySet<string>): string {
  const name = labelName(key);
  return taken.has(name) ? `__${name}` : name;
}

/** `job` is the service, with its namespace in front where there is one. */
function targetOf({ attributes }: Resource): { readonly job: string; readonly instance: string } {
  const service = findLabel('service.name', attributes) ?? '';
  const namespace = findLabel('service.namespace', attributes) ?? '';
  return {
    job: service === '' || namespace === '' ? service : `${namespace}/${service}`,
    instance: findLabel('service.instance.id', attributes) ?? '',
  };
}

function infoOf({ attributes }: Resource): Labels {
  const labels: Record<string, string> = {};
  for (const [key, value] of attributes) {
    const text = labelText(value);
    if (key === '' || /^\d/.test(key) || identity.has(key) || text === '') continue;
    setLabel(labels, freeName(key, infoLabels), text);
  }
  return labels;
}
