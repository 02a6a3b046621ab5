import type { WatchOptions } from '../options.ts';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import type { Watcher } from '../watcher.ts';

/** Watches one pool under the name `p`, by a clock that moves when `clock.ms` is set. */
export function watchPool(
  pool: unknown,
  watchers: readonly Watcher<never>[] = [],
  health: WatchOptions['health'] = 'degraded',
) {
  const clock = { ms: 0 };
  const recorder = createRecorder({ nowMs: () => clock.ms });
  const resilience = createResilience({ watchers }, recorder.parts);
  const handle = resilience.watch(pool, { name: 'p', health });
  const value = (metric: string, labels: Readonly<Record<string, string>> = {}) =>
    recorder.value(metric, { pool: 'p', ...labels });
  return {
    clock,
    recorder,
    resilience,
    handle,
    value,
    healthStatus: () => recorder.health.get('pool:p')?.check().status,
    /** Everything that is not a duration. */
    counts() {
      recorder.collect();
      return {
        used: value('pool_connections', { state: 'used' }),
        idle: value('pool_connections', { state: 'idle' }),
        waiting: value('pool_waiting_requests'),
        limit: value('pool_limit_connections'),
        waits: value('pool_wait_duration_seconds'),
        uses: value('pool_use_duration_seconds'),
        timeouts: value('pool_timeouts_total'),
        errors: value('pool_errors_total'),
      };
    },
  };
}
