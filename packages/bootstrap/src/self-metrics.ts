import type { MetricName } from '@sightline/conventions';
import type { LoggerStats } from '@sightline/logger';
import { catalogueDefinition } from '@sightline/metrics';
import type { CounterSeries, Family, Registry } from '@sightline/metrics';
import type { ExportStats } from './otlp/sender.ts';

/** What the parts of Sightline say of themselves. */
export interface SelfStats {
  readonly logger: () => LoggerStats;
  /** Where lines go: `stdout`, or `other`. */
  readonly destination: string;
  /** By signal; those that are pushed. */
  readonly exports: Readonly<Partial<Record<'traces' | 'metrics' | 'logs', () => ExportStats>>>;
  readonly optionProblems: number;
  /** When exports began [ms since 1970]. */
  readonly startedMs: number;
}

/**
 * Keeps the telemetry about the telemetry on the page. What the parts count is read when the page is.
 *
 * @returns lets go of the registry
 */
export function observeSelf(registry: Registry, stats: SelfStats): () => void {
  const total = totals(registry);
  const queued = registry.gauge(catalogueDefinition('sightline_log_lines_queued'));
  const exportQueued = registry.gauge(catalogueDefinition('sightline_export_queued_items'));
  const lastSuccess = registry.gauge(catalogueDefinition('sightline_export_last_success_timestamp_seconds'));
  registry.gauge(catalogueDefinition('sightline_option_problems')).series([]).set(stats.optionProblems);

  function collectLogs(): void {
    const { redacted, lines, destination, lost } = stats.logger();
    for (const [rule, count] of Object.entries(redacted))
      total('sightline_redacted_values_total', [rule], count);
    for (const [level, count] of Object.entries(lines)) total('sightline_log_lines_total', [level], count);
    const to = stats.destination;
    total('sightline_log_lines_dropped_total', [to, 'failed'], lost);
    if (destination === undefined) return;
    queued.series([to]).set(destination.queued);
    total('sightline_log_lines_sent_total', [to], destination.sent);
    total('sightline_log_lines_dropped_total', [to, 'full'], destination.dropped);
    total('sightline_log_retries_total', [to], destination.retried);
    total('sightline_log_sent_bytes_total', [to], destination.bytes);
  }

  function collectExports(): void {
    for (const [signal, read] of Object.entries(stats.exports)) {
      const sent = read();
      exportQueued.series([signal]).set(sent.queued);
      total('sightline_export_items_total', [signal], sent.exported);
      for (const [reason, count] of Object.entries(sent.dropped))
        total('sightline_export_dropped_items_total', [signal, reason], count);
      for (const [reason, count] of Object.entries(sent.failures))
        total('sightline_export_failures_total', [signal, reason], count);
      // From the start on: what is missing until the first success could not be told to be late.
      lastSuccess.series([signal]).set((sent.lastSuccessTimeMs ?? stats.startedMs) / 1000);
    }
  }

  return registry.onCollect(() => {
    collectLogs();
    collectExports();
  });
}

/** Brings counters to totals that are counted elsewhere. */
function totals(registry: Registry) {
  const families = new Map<MetricName, Family<CounterSeries>>();
  const known = new Map<string, number>();
  return (name: MetricName, labelValues: readonly string[], count: number): void => {
    let family = families.get(name);
    if (family === undefined) {
      family = registry.counter(catalogueDefinition(name));
      families.set(name, family);
    }
    const key = [name, ...labelValues].join(' ');
    const more = count - (known.get(key) ?? 0);
    known.set(key, count);
    // Also when it is none: a counter that first appears at 1 has not increased, as far as Prometheus can tell.
    family.series(labelValues).add(Math.max(0, more));
  };
}
