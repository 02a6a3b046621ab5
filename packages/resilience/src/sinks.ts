import type { MetricName, metrics } from '@sightline/conventions';
import type { TraceRef } from './trace-ref.ts';

/** What a metric is, as the registry of `@sightline/metrics` takes it. */
export interface FamilyDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** In UCUM: `s`, `By`, `1`, `{call}`. */
  readonly unit: string;
  readonly help: string;
  /** In the order in which their values are given; the first one holds the name of what is watched. */
  readonly labels: readonly string[];
  /** Most label sets. */
  readonly seriesBound: number;
  /** Histograms: upper bounds of the buckets in the unit, strictly increasing. */
  readonly boundaries?: readonly number[];
  /** Gauges: how one number is made of those of several processes or threads; default: `sum`. */
  readonly aggregate?: 'sum' | 'min' | 'max' | 'mean' | 'first';
}

/** The names of the catalogued metrics of one type. */
export type MetricNameOf<Type extends FamilyDefinition['type']> = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** One label set of a counter. */
export interface CounterSeries {
  add(amount: number, trace?: TraceRef): void;
}

/** One label set of a gauge. */
export interface GaugeSeries {
  set(value: number): void;
  add(amount: number): void;
}

/** One label set of a histogram. */
export interface HistogramSeries {
  observe(value: number, trace?: TraceRef): void;
}

/** One metric with its label sets. */
export interface SeriesFamily<Series> {
  series(values: readonly (string | undefined)[]): Series;
  remove(values: readonly (string | undefined)[]): void;
}

/** Where metrics go: the registry of `@sightline/metrics` fits as it is. */
export interface MetricSink {
  counter(definition: FamilyDefinition): SeriesFamily<CounterSeries>;
  gauge(definition: FamilyDefinition): SeriesFamily<GaugeSeries>;
  histogram(definition: FamilyDefinition): SeriesFamily<HistogramSeries>;
  /**
   * Called before each page and push.
   *
   * @returns takes the callback off
   */
  onCollect(callback: () => void): () => void;
}

/** Where lines go: a logger of `@sightline/logger` fits as it is, and one of pino. */
export interface LogSink {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What a watched thing says about its health; a `CheckResult` of `@sightline/health` by shape. */
export interface HealthResult {
  readonly status: 'up' | 'degraded' | 'down';
  /** Why it is not up, for people; censored. */
  readonly reason?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The contribution of one watched thing; a `CheckDefinition` of `@sightline/health` by shape. */
export interface HealthContribution {
  readonly check: () => HealthResult;
  /** True when readiness fails while it is down. */
  readonly critical: boolean;
}

/** Where health contributions go. */
export interface HealthSink {
  /** @returns takes it off */
  add(name: string, contribution: HealthContribution): () => void;
}
