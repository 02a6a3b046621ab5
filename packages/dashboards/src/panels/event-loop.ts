import { toDashboard } from '../links.ts';
import { type GaugeName, gaugeBy, sumRate } from '../queries/promql.ts';
import * as runtime from '../queries/runtime.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

const base = { view: 'timeseries', noData: noData.runtime, expects: 'series' } as const;

/** Share of the time in which the event loop works. */
export function eventLoopUtilizationPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...base,
    title: 'How busy is the event loop?',
    description:
      'Share of the time in which it works. Near 1, requests queue: add instances or find what blocks it.',
    unit: 'percentunit',
    queries: [
      promql(gaugeBy(scope, 'max', 'nodejs_eventloop_utilization_ratio', ['instance']), '{{instance}}'),
    ],
    thresholds: above(thresholds.eventLoopUtilizationRatio, 'warning'),
    alerts: ['EventLoopSaturated'],
    max: 1,
    links: [toDashboard('runtime', 'The whole runtime')],
  };
}

/** p99 of the delay of the event loop. */
export function eventLoopDelayPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...base,
    title: 'How long does the event loop lag?',
    description:
      'One turn in a hundred is late by so much, since the last scrape. It stands on top of every request.',
    unit: 's',
    queries: [
      promql(gaugeBy(scope, 'max', 'nodejs_eventloop_delay_p99_seconds', ['instance']), '{{instance}}'),
    ],
    thresholds: above(thresholds.eventLoopDelaySeconds, 'warning'),
    alerts: ['EventLoopDelayHigh'],
  };
}

/** The longest delay. */
export function eventLoopBlockedPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...base,
    title: 'Did the event loop stand still?',
    description: 'The longest delay since the last scrape. Meanwhile nobody was answered, not even a probe.',
    unit: 's',
    queries: [
      promql(gaugeBy(scope, 'max', 'nodejs_eventloop_delay_max_seconds', ['instance']), '{{instance}}'),
    ],
    thresholds: above(thresholds.eventLoopBlockedSeconds, 'warning'),
    alerts: ['EventLoopBlocked'],
  };
}

/** How the delays are spread. */
export function eventLoopSpreadPanel({ scope }: PanelContext): Panel {
  const worst = (name: GaugeName): string => gaugeBy(scope, 'max', name);
  return {
    ...base,
    title: 'How are the delays of the event loop spread?',
    description:
      'The worst instance. Mean and deviation close together are evenly slow; far apart, something blocks now and then.',
    unit: 's',
    queries: [
      promql(worst('nodejs_eventloop_delay_p90_seconds'), 'p90'),
      promql(worst('nodejs_eventloop_delay_p50_seconds'), 'p50'),
      promql(worst('nodejs_eventloop_delay_mean_seconds'), 'mean'),
      promql(worst('nodejs_eventloop_delay_stddev_seconds'), 'standard deviation'),
      promql(worst('nodejs_eventloop_delay_min_seconds'), 'shortest'),
    ],
  };
}

/** Share of the time, from the counter. */
export function eventLoopTimePanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'Where did the time of the event loop go?',
    description:
      'Share of the time in which it worked, over the whole range and not only since the last scrape.',
    unit: 'percentunit',
    queries: [promql(runtime.eventLoopBusyRatio(scope), '{{instance}}')],
    max: 1,
  };
}

/** Blocks that the watchdog saw. */
export function mainThreadBlocksPanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'How often was the main thread blocked?',
    description:
      'Times a second that it stood still for longer than the watchdog allows; its stack is in the log.',
    unit: 'cps',
    queries: [promql(sumRate(scope, 'health_main_thread_blocks_total', ['instance']), '{{instance}}')],
    noData: 'Switch the watchdog on: start({ health: { watchdog: {} } }).',
    expects: maybeEmpty.optional,
  };
}
