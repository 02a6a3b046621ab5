import type { LabelName } from './labels.ts';

/** A unit in UCUM, as OpenTelemetry writes it: `s`, `By`, `1` for a ratio, `{request}` for things that are counted. */
export type Unit = 's' | 'By' | '1' | `{${string}}`;

/** Everything there is to say about one metric; its Prometheus name is the key that it stands under. */
export interface MetricDefinition {
  /** `info` is a gauge that is always 1 and says something by its labels. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info';
  readonly unit: Unit;
  /** One sentence, as it stands in the exposition. */
  readonly help: string;
  /** In the order in which they are written. */
  readonly labels: readonly LabelName[];
  /** Every value of a label, where the label catalogue leaves that to the metric. */
  readonly labelValues?: { readonly [Label in LabelName]?: readonly string[] };
  /** Most label sets of one process. A histogram has `boundaries.length + 3` series for each of them. */
  readonly seriesBound: number;
  /** Why the bound is not simply the product of what its labels can hold. */
  readonly seriesBoundReason?: string;
  /** Histograms: upper bounds of the buckets in the metric's unit, strictly increasing; `+Inf` comes on top. */
  readonly boundaries?: readonly number[];
  /**
   * Gauges: how the numbers of the processes and threads on one page become one; default: they add up.
   *
   * What there is of something adds up: requests in flight, queues, connections, memory, and the limits that those are compared
   * with. A status, a state, a time or a ratio does not. There the process that is worst off stands for all, so that alerts on
   * it fire: `min` of a status (1 is up) and of points in time, so the last success of a check that is longest ago and the
   * start of the first process; `max` of a state (1 where any process is in it), of ratios and durations, and of what all have
   * alike. `mean` is for what is typical.
   */
  readonly aggregate?: 'sum' | 'min' | 'max' | 'mean';
  /** The instrument of the semantic conventions that this is, with its name in OpenTelemetry. */
  readonly otelName?: string;
  /** `own`: Sightline's name; it changes only with a major version. Otherwise the state of the convention it follows. */
  readonly stability: 'stable' | 'development' | 'own';
  /** Where the name or, for an own one, the way of spelling it comes from. */
  readonly source: string;
}

/** A folder of metrics, by their names in Prometheus. */
export type MetricFamily = Readonly<Record<string, MetricDefinition>>;

/** Where names come from. */
export const sources = {
  http: 'https://opentelemetry.io/docs/specs/semconv/http/http-metrics/',
  nodejs: 'https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/',
  v8js: 'https://opentelemetry.io/docs/specs/semconv/runtime/v8js-metrics/',
  process: 'https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics',
  client: 'https://github.com/prometheus/client_js#default-metrics',
  naming: 'https://prometheus.io/docs/practices/naming/',
} as const;

/**
 * Bucket bounds for the duration of a request [s], as the semantic conventions advise.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
export const requestBoundaries = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;
