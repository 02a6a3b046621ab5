import {
  type Scope,
  aggregate,
  buildInfo,
  gauge,
  gaugeBy,
  histogramRate,
  rate,
  selector,
  sumRate,
} from './promql.ts';
import { recordedSeries } from './recorded.ts';

const INSTANCE = ['job', 'instance'] as const;

/** Share of its limit that the heap takes after collections, by instance: the least of 5 minutes, as the alert compares it. */
export function heapUsedRatio(scope: Scope): string {
  // What is recorded has no namespace, and no version: what runs there has both.
  const { namespace: _, ...matchers } = scope.matchers;
  const used = `min_over_time(${selector(recordedSeries.heapUsed, matchers)}[5m])`;
  const running = buildInfo(scope, scope.version === undefined ? {} : { service_version: scope.version });
  return aggregate('max', INSTANCE, `${used} and on (deployment_environment_name, job, instance) ${running}`);
}

/**
 * Share of the time that goes into garbage collection, by instance: of each heap, as the alert counts them, where a cluster or
 * threads add up theirs on one page.
 */
export function gcTimeRatio(scope: Scope): string {
  const heaps = `clamp_min(round(${sumRate(scope, 'nodejs_eventloop_time_seconds_total', INSTANCE)}), 1)`;
  return `${aggregate('sum', INSTANCE, histogramRate(scope, 'v8js_gc_duration_seconds', 'sum'))} / ${heaps}`;
}

/** Share of one core that the process takes, by instance; above 1 with threads. */
export function cpuRatio(scope: Scope): string {
  return aggregate('sum', INSTANCE, rate(scope, 'process_cpu_seconds_total'));
}

/** Share of the file descriptors that are open, by instance. */
export function openFilesRatio(scope: Scope): string {
  return `${gauge(scope, 'process_open_fds')} / ${gauge(scope, 'process_max_fds')}`;
}

/** Share of the time in which the event loop works, from the counter, which misses nothing between two scrapes. */
export function eventLoopBusyRatio(scope: Scope): string {
  const time = 'nodejs_eventloop_time_seconds_total';
  const active = sumRate(scope, time, INSTANCE, { nodejs_eventloop_state: '=active' });
  return `${active} / (${sumRate(scope, time, INSTANCE)} > 0)`;
}

/** Age of the process [s], by instance. */
export function uptimeSeconds(scope: Scope): string {
  return `time() - ${gaugeBy(scope, 'max', 'process_start_time_seconds', INSTANCE)}`;
}

/** Starts in the last hour, by instance. */
export function restarts(scope: Scope): string {
  return aggregate('sum', INSTANCE, `changes(${selector('process_start_time_seconds', scope.matchers)}[1h])`);
}
