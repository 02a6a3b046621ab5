import { type Scope, aggregate, gauge, gaugeBy, rate } from './promql.ts';

/** Everything that was lost, a second, by what and why. */
export function lostItems(scope: Scope): string {
  return aggregate('sum', ['job', 'signal', 'reason'], rate(scope, 'sightline_export_dropped_items_total'));
}

/** Time since the last export that succeeded [s]. */
export function exportSilenceSeconds(scope: Scope): string {
  const last = gaugeBy(scope, 'max', 'sightline_export_last_success_timestamp_seconds', [
    'job',
    'instance',
    'signal',
  ]);
  return `time() - ${last}`;
}

/** Share of the space for log lines on disk that is taken. */
export function spoolUsedRatio(scope: Scope): string {
  return `${gauge(scope, 'sightline_log_spool_bytes')} / (${gauge(scope, 'sightline_log_spool_limit_bytes')} > 0)`;
}

/** The metrics with the most label sets, which are what a series costs. */
export function largestMetrics(scope: Scope, count: number): string {
  return `topk(${count}, ${gaugeBy(scope, 'sum', 'sightline_series', ['job', 'metric'])})`;
}
