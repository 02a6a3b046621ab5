import { gaugeBy, mean, quantile, sumRate } from '../queries/promql.ts';
import * as resilience from '../queries/resilience.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

const watched = { view: 'timeseries', noData: noData.watch, expects: maybeEmpty.optional } as const;

/** Share of the connections in use. */
export function poolUsedPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How full are the pools?',
    description:
      'Share of the connections in use, by pool and instance. At 1, requests wait; where a cluster shares a page, already when the pool of one of its processes is full.',
    unit: 'percentunit',
    queries: [promql(resilience.poolUsedRatio(scope), '{{pool}} {{instance}}')],
    thresholds: above(thresholds.poolUsedRatio),
    alerts: ['PoolExhausted'],
    max: 1,
  };
}

/** What waits for a connection. */
export function poolWaitPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How long do requests wait for a connection?',
    description: '95 in 100 requests had a connection of the pool after that time.',
    unit: 's',
    queries: [promql(quantile(scope, 0.95, 'pool_wait_duration_seconds', ['pool']), '{{pool}}')],
  };
}

/** Queue, timeouts, errors. */
export function poolFailuresPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Who gets no connection?',
    description: 'Requests a second that ran out of time or failed while they waited for a connection.',
    unit: 'ops',
    queries: [
      promql(sumRate(scope, 'pool_timeouts_total', ['pool']), '{{pool}} out of time'),
      promql(sumRate(scope, 'pool_errors_total', ['pool']), '{{pool}} failed'),
    ],
    alerts: ['PoolTimeouts'],
  };
}

/** The queue before a pool. */
export function poolQueuePanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How many requests wait for a connection?',
    description:
      'Requests that wait now, and connections that are out for longer than is right: those may be lost.',
    unit: 'none',
    queries: [
      promql(gaugeBy(scope, 'sum', 'pool_waiting_requests', ['pool']), '{{pool}} waiting'),
      promql(gaugeBy(scope, 'sum', 'pool_overdue_connections', ['pool']), '{{pool}} overdue'),
    ],
  };
}

/** How long connections are out, and leaks. */
export function poolUsePanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How long is a connection in use?',
    description:
      '99 in 100 uses are over after that time, and the mean. Long uses are slow queries, work between them, or a report that holds many.',
    unit: 's',
    queries: [
      promql(quantile(scope, 0.99, 'pool_use_duration_seconds', ['pool']), '{{pool}} p99'),
      promql(mean(scope, 'pool_use_duration_seconds', ['pool']), '{{pool}} mean'),
    ],
  };
}

/** Connections that come and go. */
export function poolChurnPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Do connections come and go?',
    description:
      'Connections a second that were made, let go of, and found to be lost. A pool that is right makes few.',
    unit: 'ops',
    queries: [
      promql(sumRate(scope, 'pool_opened_connections_total', ['pool']), '{{pool}} made'),
      promql(sumRate(scope, 'pool_closed_connections_total', ['pool']), '{{pool}} let go'),
      promql(sumRate(scope, 'pool_leaks_total', ['pool']), '{{pool}} lost'),
    ],
  };
}
