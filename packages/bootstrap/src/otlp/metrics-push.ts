import { labels, metrics } from '@sightline/conventions';
import type { Resource } from '@opentelemetry/resources';
import type { FamilySnapshot, SeriesSnapshot } from '@sightline/metrics';
import type { ExportProblem } from './export-problems.ts';
import { doubleValue, nanosText } from './otlp-message.ts';
import type { OtlpMessage } from './otlp-message.ts';
import type { SyncPost } from './send-sync.ts';
import type { ExportStats } from './sender.ts';
import { createSignalExport } from './signal-export.ts';
import type { OtlpTarget } from './target.ts';

export interface MetricsPushOptions {
  /** What there is now: `snapshot` of the registry. */
  readonly snapshot: () => Promise<readonly FamilySnapshot[]>;
  /** Without secrets. */
  readonly resource: Resource;
  readonly target: OtlpTarget;
  /** `OTEL_METRIC_EXPORT_INTERVAL` [ms]. */
  readonly intervalMs: number;
  readonly onProblem: (problem: ExportProblem) => void;
}

/** Sends metrics to a collector. */
export interface MetricsPush {
  stats(): ExportStats;
  /** Sends what there is now. Resolves when it is delivered, or at the deadline. Never rejects. */
  flush(deadlineMs: number): Promise<void>;
  /** Flushes and ends. Never rejects. */
  shutdown(deadlineMs: number): Promise<void>;
  /** Takes out what waits, for `sendSync`. What has changed since the last export is not in it. */
  drain(): readonly SyncPost[];
}

/** Points that are encoded at a stretch, and sent in one request. */
const MAX_POINTS = 2_000;

/** Points that may wait: what is sent is cumulative, so little is lost with them. */
const MAX_WAITING_POINTS = 100_000;

const CUMULATIVE = 2;

/** When series began that do not say [ms since 1970]. */
const PROCESS_START_MS = performance.timeOrigin;

/**
 * Sends all metrics every `intervalMs`, cumulative, with exemplars, under the names that they have in OpenTelemetry.
 *
 * @throws {TypeError} when the URL of the target is none
 */
export function createMetricsPush(options: MetricsPushOptions): MetricsPush {
  const { snapshot, resource, target, intervalMs, onProblem } = options;
  const out = createSignalExport({
    signal: 'metrics',
    target,
    resource,
    maxItems: MAX_WAITING_POINTS,
    onProblem,
  });
  let running: Promise<void> | undefined;

  const collect = async (): Promise<void> => {
    const families = await snapshot();
    const timeMs = Date.now();
    let part: OtlpMessage[] = [];
    let points = 0;
    for (const family of families) {
      for (let start = 0; start < family.series.length; start += MAX_POINTS) {
        const series = family.series.slice(start, start + MAX_POINTS);
        part.push(metricOf(family, series, timeMs));
        points += series.length;
        if (points < MAX_POINTS) continue;
        out.enqueue(part, points);
        part = [];
        points = 0;
        // oxlint-disable-next-line no-await-in-loop -- the event loop turns between two parts
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    if (points > 0) out.enqueue(part, points);
  };

  const push = (): Promise<void> =>
    (running ??= collect()
      .catch(() => out.sender.countDropped('failed', 1))
      .finally(() => {
        running = undefined;
      }));

  const timer = setInterval(() => {
    // What waits says the same as what would come, only older.
    if (out.sender.stats().queued === 0) void push();
  }, intervalMs);
  timer.unref();

  const flush = async (deadlineMs: number): Promise<void> => {
    const startMs = performance.now();
    let deadline: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([push(), over]);
    clearTimeout(deadline);
    await out.sender.flush(Math.max(0, deadlineMs - (performance.now() - startMs)));
  };

  return {
    stats: () => out.sender.stats(),
    flush,
    async shutdown(deadlineMs) {
      clearInterval(timer);
      await flush(deadlineMs);
      await out.sender.shutdown(0);
    },
    drain: () => out.drain(),
  };
}

const otelNames = new Map(
  Object.entries(metrics).flatMap(([name, metric]) =>
    'otelName' in metric ? [[name, metric.otelName] as const] : [],
  ),
);
const attributeNames = new Map(
  Object.entries(labels).flatMap(([name, label]) =>
    'attribute' in label ? [[name, label.attribute] as const] : [],
  ),
);

function metricOf(
  { definition }: FamilySnapshot,
  series: readonly SeriesSnapshot[],
  timeMs: number,
): OtlpMessage {
  const head = {
    name: otelNames.get(definition.name) ?? definition.name,
    description: definition.help,
    unit: definition.unit,
  };
  const attributeKeys = definition.labels.map((label) => attributeNames.get(label) ?? label);
  const timeUnixNano = nanosText(timeMs);
  const common = (each: SeriesSnapshot): OtlpMessage => ({
    attributes: each.overflow === true ? OVERFLOW : attributesOf(attributeKeys, each.labelValues),
    startTimeUnixNano: nanosText(each.startTimeMs ?? PROCESS_START_MS),
    timeUnixNano,
  });

  switch (definition.type) {
    case 'histogram':
      return {
        ...head,
        histogram: {
          aggregationTemporality: CUMULATIVE,
          dataPoints: series.map((each) => ({
            ...common(each),
            ...histogramOf(each, definition.boundaries ?? []),
          })),
        },
      };
    case 'summary':
      return {
        ...head,
        summary: { dataPoints: series.map((each) => ({ ...common(each), ...summaryOf(each) })) },
      };
    case 'counter':
      return {
        ...head,
        sum: {
          aggregationTemporality: CUMULATIVE,
          isMonotonic: true,
          dataPoints: series.map((each) => ({
            ...common(each),
            asDouble: doubleValue(each.value ?? 0),
            ...(each.exemplar === undefined ? {} : { exemplars: [exemplarOf(each.exemplar)] }),
          })),
        },
      };
    default:
      return {
        ...head,
        gauge: {
          dataPoints: series.map((each) => ({ ...common(each), asDouble: doubleValue(each.value ?? 0) })),
        },
      };
  }
}

/** Source: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute */
const OVERFLOW: readonly OtlpMessage[] = [{ key: 'otel.metric.overflow', value: { boolValue: true } }];

function attributesOf(keys: readonly string[], values: SeriesSnapshot['labelValues']): OtlpMessage[] {
  const attributes: OtlpMessage[] = [];
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) attributes.push({ key, value: { stringValue: value } });
  }
  return attributes;
}

function histogramOf({ histogram }: SeriesSnapshot, boundaries: readonly number[]): OtlpMessage {
  const counts = histogram?.counts ?? boundaries.concat(0).map(() => 0);
  const exemplars = (histogram?.exemplars ?? []).filter((each) => each !== undefined);
  return {
    count: String(counts.reduce((sum, count) => sum + count, 0)),
    sum: doubleValue(histogram?.sum ?? 0),
    bucketCounts: counts.map(String),
    explicitBounds: boundaries,
    ...(exemplars.length === 0 ? {} : { exemplars: exemplars.map(exemplarOf) }),
  };
}

function summaryOf({ summary }: SeriesSnapshot): OtlpMessage {
  return {
    count: String(summary?.count ?? 0),
    sum: doubleValue(summary?.sum ?? 0),
    quantileValues: Object.entries(summary?.quantiles ?? {}).map(([quantile, value]) => ({
      quantile: Number(quantile),
      value: doubleValue(value),
    })),
  };
}

function exemplarOf({
  value,
  timeMs,
  traceId,
  spanId,
}: NonNullable<SeriesSnapshot['exemplar']>): OtlpMessage {
  return { timeUnixNano: nanosText(timeMs), asDouble: doubleValue(value), spanId, traceId };
}
