import { toDashboardOf } from '../links.ts';
import * as requests from '../queries/requests.ts';
import type { PanelContext } from './context.ts';
import { noData } from './no-data.ts';
import { type Panel, above, below, column, promql, withExemplars } from './panel.ts';

/** A row for each route: rate, errors, durations, Apdex. */
export function routesPanel({ scope, thresholds }: PanelContext): Panel {
  const by = ['job', 'http_route'] as const;
  return {
    view: 'table',
    title: 'Which routes are the worst?',
    description: 'Every route now, the one with most errors first. A path without a route has none here.',
    unit: 'short',
    queries: [
      column('Error ratio', requests.errorRatio(scope, by), 'percentunit', above(thresholds.routeErrorRatio)),
      column('Requests', requests.requestRate(scope, by), 'reqps'),
      column('p95', requests.requestQuantile(scope, 0.95, by), 's', above(thresholds.routeLatencyP95Seconds)),
      column('Apdex', requests.apdex(scope, by), 'none', below(0.85, 'warning')),
    ],
    noData: noData.requests,
    expects: 'series',
    columns: { job: 'Service', http_route: 'Route' },
    unlabelled: 'none',
    sortBy: 'Error ratio',
    alerts: ['RouteErrorRatioHigh', 'RouteLatencyHigh'],
    valueLinks: [
      toDashboardOf('routes', 'This route alone', { service: 'Service', route: 'Route' }, 'fields'),
      toDashboardOf('traces', 'Its traces', { service: 'Service', route: 'Route' }, 'fields'),
    ],
    width: 24,
  };
}

/** Rate by route. */
export function routeRatePanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How many requests does each route get?',
    description: 'The ten busiest routes, in requests a second.',
    unit: 'reqps',
    queries: [promql(`topk(10, ${requests.requestRate(scope, ['http_route'])})`, '{{http_route}}')],
    noData: noData.requests,
    expects: 'series',
    unlabelled: 'no route',
  };
}

/** Errors by route. */
export function routeErrorsPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'What share of each route fails?',
    description: 'Share of 5xx of the ten worst routes. Above the line the alert of the route fires.',
    unit: 'percentunit',
    queries: [promql(`topk(10, ${requests.errorRatio(scope, ['http_route'])})`, '{{http_route}}')],
    noData: noData.requests,
    expects: 'series',
    unlabelled: 'no route',
    thresholds: above(thresholds.routeErrorRatio, 'warning'),
    alerts: ['RouteErrorRatioHigh'],
    valueLinks: [toDashboardOf('traces', 'Traces of this route', { route: 'http_route' })],
  };
}

/** Latency by route, with exemplars. */
export function routeLatencyPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How long does each route take?',
    description:
      '19 in 20 requests to each of the ten slowest routes take at most so long. Each dot is a trace.',
    unit: 's',
    queries: [
      withExemplars(`topk(10, ${requests.requestQuantile(scope, 0.95, ['http_route'])})`, '{{http_route}}'),
    ],
    noData: noData.requests,
    expects: 'series',
    unlabelled: 'no route',
    thresholds: above(thresholds.routeLatencyP95Seconds, 'warning'),
    alerts: ['RouteLatencyHigh'],
  };
}

/** Apdex by route. */
export function apdexPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How satisfied are users with each route?',
    description:
      'Apdex of the ten worst routes: 1 when all answers come within 250 ms; those within a second count half.',
    unit: 'none',
    queries: [promql(`bottomk(10, ${requests.apdex(scope, ['http_route'])})`, '{{http_route}}')],
    noData: noData.requests,
    expects: 'series',
    unlabelled: 'no route',
    thresholds: below(0.85, 'warning'),
    max: 1,
  };
}
