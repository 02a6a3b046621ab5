import type { CheckChange, CheckRun, HealthObserver } from '@sightline/health';
import { catalogueDefinition } from '@sightline/metrics';
import type { Registry } from '@sightline/metrics';

const STATUS_NUMBERS = { up: 1, degraded: 0.5, down: 0 } as const;
const RESULTS: readonly CheckRun['result'][] = ['up', 'degraded', 'down', 'timeout', 'skipped'];
const STATUSES: readonly CheckChange['from'][] = ['unknown', 'up', 'degraded', 'down'];

/**
 * Keeps what checks and probes find in the metrics of the catalogue. With a check all of its series go: where checks come and go,
 * those of old ones would leave new ones no room.
 */
export function healthMetrics(registry: Registry): HealthObserver {
  const status = registry.gauge(catalogueDefinition('health_check_status'));
  const duration = registry.histogram(catalogueDefinition('health_check_duration_seconds'));
  const runs = registry.counter(catalogueDefinition('health_check_runs_total'));
  const active = registry.gauge(catalogueDefinition('health_check_active_runs'));
  const late = registry.counter(catalogueDefinition('health_check_late_results_total'));
  const transitions = registry.counter(catalogueDefinition('health_check_transitions_total'));
  const lastSuccess = registry.gauge(catalogueDefinition('health_check_last_success_timestamp_seconds'));
  const probes = registry.gauge(catalogueDefinition('health_probe_status'));
  const blocks = registry.counter(catalogueDefinition('health_main_thread_blocks_total'));

  return {
    ran(run) {
      const labels = [run.check];
      runs.series([run.check, run.result]).add(1);
      if (run.durationSeconds !== undefined) duration.series(labels).observe(run.durationSeconds);
      if (run.status !== 'unknown') status.series(labels).set(STATUS_NUMBERS[run.status]);
      if (run.lastSuccessSeconds !== undefined) lastSuccess.series(labels).set(run.lastSuccessSeconds);
    },
    activeRuns: (check, count) => active.series([check]).set(count),
    lateResult: (check) => late.series([check]).add(1),
    statusChanged({ check, from, to }) {
      transitions.series([check, from, to]).add(1);
      // Also without a run: one whose dependency went down.
      if (to !== 'unknown') status.series([check]).set(STATUS_NUMBERS[to]);
    },
    probeChanged: ({ probe, ok }) => probes.series([probe]).set(ok ? 1 : 0),
    removed(check) {
      for (const family of [status, duration, active, late, lastSuccess]) family.remove([check]);
      for (const result of RESULTS) runs.remove([check, result]);
      for (const from of STATUSES) for (const to of STATUSES) transitions.remove([check, from, to]);
    },
    mainThreadBlocked: () => blocks.series([]).add(1),
  };
}
