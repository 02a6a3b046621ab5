import type * as z from 'zod';
import type { EnvironmentReader } from './environment.ts';
import type { metricsOptionsSchema } from './options.ts';
import type { OtlpConfig, OtlpConfigOf } from './otlp.ts';
import { withoutNone } from './traces.ts';
import { metricExporters } from './words.ts';

export interface MetricsConfig {
  /** False when neither the page nor a push is wanted. */
  readonly enabled: boolean;
  /** Whether `/metrics` is served. */
  readonly page: boolean;
  /** Whether metrics are pushed over OTLP. */
  readonly push: boolean;
  readonly otlp: OtlpConfig;
  readonly runtime: boolean;
  readonly exemplars: boolean;
  /** By the name of the metric. */
  readonly seriesBounds: Readonly<Record<string, number>>;
  /** Time between pushes [ms]. */
  readonly intervalMs: number;
  /** Longest attempt of a push [ms]; that of `otlp` is no longer. */
  readonly exportTimeoutMs: number;
}

export function metricsConfig(
  read: EnvironmentReader,
  options: z.output<typeof metricsOptionsSchema>,
  otlp: OtlpConfigOf,
): MetricsConfig {
  const words =
    options.exporters ??
    read.words('OTEL_METRICS_EXPORTER', {
      words: [...metricExporters, 'none'],
      elsewhere: { console: 'read the page: /metrics of the admin server' },
    });
  const push = words !== undefined && withoutNone(words).includes('otlp');
  const page =
    options.exporters?.includes('prometheus') ?? (words === undefined || withoutNone(words).length > 0);
  const filter = read.word('OTEL_METRICS_EXEMPLAR_FILTER', {
    words: ['trace_based', 'always_off'],
    elsewhere: { always_on: 'use trace_based: an exemplar without a trace leads nowhere' },
  });
  const exportTimeoutMs = read.integer('OTEL_METRIC_EXPORT_TIMEOUT', 1, 600_000) ?? 30_000;
  return {
    enabled: page || push,
    page,
    push,
    otlp: otlp('metrics', options, push, exportTimeoutMs),
    runtime: options.runtime,
    seriesBounds: options.seriesBounds,
    exemplars: filter !== 'always_off',
    intervalMs: options.intervalMs ?? read.integer('OTEL_METRIC_EXPORT_INTERVAL', 100, 86_400_000) ?? 60_000,
    exportTimeoutMs,
  };
}
