import type { MetricName } from '@sightline/conventions';
import type { DestinationStats, LoggerStats } from '@sightline/logger';
import { catalogueDefinition } from '@sightline/metrics';
import type { CounterSeries, Family, Registry } from '@sightline/metrics';
import type { ExportStats } from './otlp/sender.ts';

/** What the parts of Sightline say of themselves. */
export interface SelfStats {
  readonly logger: () => LoggerStats;
  /** Where lines go that a stream did not take: `stdout`, or `other`. */
  readonly stream: string;
  /** Of the Loki destinations of the process, whichever logger they are of; undefined while there is none. */
  readonly loki: () => DestinationStats | undefined;
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
  const spool = registry.gauge(catalogueDefinition('sightline_log_spool_bytes'));
  const spoolLimit = registry.gauge(catalogueDefinition('sightline_log_spool_limit_bytes'));
  const exportQueued = registry.gauge(catalogueDefinition('sightline_export_queued_items'));
  const lastSuccess = registry.gauge(catalogueDefinition('sightline_export_last_success_timestamp_seconds'));
  registry.gauge(catalogueDefinition('sightline_option_problems')).series([]).set(stats.optionProblems);

  function collectLogs(): void {
    const { redacted, redactionFailures, lines, destinations, lost } = stats.logger();
    for (const [rule, count] of Object.entries(redacted))
      total('sightline_redacted_values_total', [rule], count);
    for (const [rule, count] of Object.entries(redactionFailures))
      total('sightline_redaction_failures_total', [rule], count);
    for (const [level, count] of Object.entries(lines)) total('sightline_log_lines_total', [level], count);
    total('sightline_log_lines_dropped_total', [stats.stream, 'failed'], lost);
    // Those for Loki may be of other loggers too.
    for (const [kind, did] of Object.entries({ ...destinations, loki: stats.loki() }))
      collectDestination(kind, did);
  }

  function collectDestination(to: string, did: DestinationStats | undefined): void {
    if (did === undefined) return;
    const { rejected = 0, spoolBytes, spoolLimitBytes } = did;
    queued.series([to]).set(did.queued);
    total('sightline_log_lines_sent_total', [to], did.sent);
    total('sightline_log_lines_dropped_total', [to, 'full'], did.dropped - rejected);
    total('sightline_log_retries_total', [to], did.retried);
    total('sightline_log_sent_bytes_total', [to], did.bytes);
    if (did.rejected !== undefined) {
      total('sightline_log_lines_dropped_total', [to, 'rejected'], rejected);
      total('sightline_log_lines_rejected_total', [to], rejected);
    }
    if (spoolBytes !== undefined) spool.series([to]).set(spoolBytes);
    if (spoolLimitBytes !== undefined) spoolLimit.series([to]).set(spoolLimitBytes);
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
    const before = known.get(key) ?? 0;
    // What a thread counts may be read while it writes, and so a difference may fall for a moment.
    const reached = Math.max(before, count);
    known.set(key, reached);
    // Also when it is none: a counter that first appears at 1 has not increased, as far as Prometheus can tell.
    family.series(labelValues).add(reached - before);
  };
}
