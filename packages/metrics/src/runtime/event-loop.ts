import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { RuntimePage } from './runtime-page.ts';

/**
 * How often the loop is probed [ms]. A probe wakes an idle process; 50 a second cost it about 0.15 % of a core, 100 twice that.
 * A stall that is shorter is seen in part.
 */
const RESOLUTION_MS = 20;

/**
 * Shortest time that a window covers [ms]. One scraper every 15 s sees exactly what happened since it last came; a second
 * one in between sees what both missed, instead of taking the window away from the first.
 */
const MIN_WINDOW_MS = 10_000;

const NS_PER_S = 1e9;

/** What is read from a delay histogram; the probe's own interval is part of every value. */
export type DelayHistogram = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'count' | 'min' | 'max' | 'mean' | 'stddev' | 'percentile' | 'reset' | 'enable' | 'disable'
>;

/** Parts that tests replace. */
export interface EventLoopDeps {
  readonly nowMs?: () => number;
  readonly delayHistogram?: () => DelayHistogram;
}

export interface EventLoopCollector {
  collect(): void;
  stop(): void;
}

/** Delay and utilization of the event loop of this thread. */
export function observeEventLoop(
  page: RuntimePage,
  {
    nowMs = () => performance.now(),
    delayHistogram = () => monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
  }: EventLoopDeps = {},
): EventLoopCollector {
  const gauges = {
    min: page.gauge('nodejs_eventloop_delay_min_seconds'),
    max: page.gauge('nodejs_eventloop_delay_max_seconds'),
    mean: page.gauge('nodejs_eventloop_delay_mean_seconds'),
    stddev: page.gauge('nodejs_eventloop_delay_stddev_seconds'),
    p50: page.gauge('nodejs_eventloop_delay_p50_seconds'),
    p90: page.gauge('nodejs_eventloop_delay_p90_seconds'),
    p99: page.gauge('nodejs_eventloop_delay_p99_seconds'),
  };
  const utilization = page.gauge('nodejs_eventloop_utilization_ratio');
  const time = page.total('nodejs_eventloop_time_seconds_total');

  // Two windows, as a histogram cannot be given back what was taken out of it: `short` began at the last turn of the
  // windows, `long` at the one before. Their probes fall together, so the second costs next to nothing.
  let long = delayHistogram();
  let short = delayHistogram();
  long.enable();
  short.enable();
  let turnedAtMs = nowMs();
  let shortStart = performance.eventLoopUtilization();
  let longStart = shortStart;

  function show(delay: DelayHistogram): void {
    // None yet: the probe has not run since the window began.
    if (delay.count === 0) return;
    gauges.min(delaySeconds(delay.min));
    gauges.max(delaySeconds(delay.max));
    gauges.mean(delaySeconds(delay.mean));
    gauges.stddev(delay.stddev / NS_PER_S);
    gauges.p50(delaySeconds(delay.percentile(50)));
    gauges.p90(delaySeconds(delay.percentile(90)));
    gauges.p99(delaySeconds(delay.percentile(99)));
  }

  return {
    collect() {
      const now = performance.eventLoopUtilization();
      time(now.active / 1000, 'active');
      time(now.idle / 1000, 'idle');
      if (nowMs() - turnedAtMs < MIN_WINDOW_MS) {
        show(long);
        utilization(performance.eventLoopUtilization(now, longStart).utilization);
        return;
      }
      show(short);
      utilization(performance.eventLoopUtilization(now, shortStart).utilization);
      long.reset();
      [long, short] = [short, long];
      longStart = shortStart;
      shortStart = now;
      turnedAtMs = nowMs();
    },

    stop() {
      long.disable();
      short.disable();
    },
  };
}

function delaySeconds(intervalNs: number): number {
  return Math.max(0, intervalNs / NS_PER_S - RESOLUTION_MS / 1000);
}
