import { toDashboard } from '../links.ts';
import { observationRate, quantile, sumFromFirst, sumRate } from '../queries/promql.ts';
import * as resilience from '../queries/resilience.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

const watched = { view: 'timeseries', noData: noData.watch, expects: maybeEmpty.optional } as const;

/** Refusals by limiter. */
export function limitedRatioPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'What share of the requests is over a limit?',
    description: 'Share of what each limiter was asked about that it turned away.',
    unit: 'percentunit',
    queries: [promql(resilience.limitedRatio(scope), '{{limiter}}')],
    links: [toDashboard('rateLimits', 'Rate limiting')],
  };
}

/** Refusals in a minute. */
export function limitedPerMinutePanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How many requests does each limiter refuse?',
    description:
      'Refusals in a minute. More than the line for five minutes: a client in a loop, an attack, or too low a limit.',
    unit: 'none',
    queries: [promql(resilience.limitedPerMinute(scope), '{{job}} {{limiter}}')],
    thresholds: above(thresholds.limitedPerMinute, 'warning'),
    alerts: ['RateLimitViolations'],
  };
}

/** Decisions. */
export function decisionsPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'What do the limiters decide?',
    description:
      'Requests a second by decision. fail_open and fail_closed: the store failed and the limiter did not count.',
    unit: 'reqps',
    queries: [
      promql(
        sumRate(scope, 'rate_limit_requests_total', ['limiter', 'decision']),
        '{{limiter}} {{decision}}',
      ),
    ],
    stacked: true,
  };
}

/** Which rule refuses. */
export function rulesPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Which rule of a limiter refuses?',
    description: 'Refusals a second by rule, such as the one for the minute and the one for the hour.',
    unit: 'reqps',
    queries: [
      promql(
        sumRate(scope, 'rate_limit_rule_requests_total', ['limiter', 'rule'], { decision: '=limited' }),
        '{{limiter}} {{rule}}',
      ),
    ],
  };
}

/** Which routes are refused. */
export function limitedRoutesPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Which routes are refused?',
    description:
      'The ten routes with most refusals a second; no route where the limiter stands before the router.',
    unit: 'reqps',
    queries: [
      promql(
        `topk(10, ${sumFromFirst(scope, 'http_requests_limited_total', ['limiter', 'http_route'])})`,
        '{{limiter}} {{http_route}}',
      ),
    ],
  };
}

/** How near clients are to their limits. */
export function remainingPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    view: 'heatmap',
    title: 'How near are clients to their limits?',
    description:
      'Requests a second by what was left of the limit. Much near 0 before anything is refused: the limit is too low.',
    unit: 'percentunit',
    queries: [promql(resilience.remainingShareBuckets(scope), '{{le}}')],
    cellUnit: 'reqps',
  };
}

/** How long the refused have to wait. */
export function blockDurationPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How long must the refused wait?',
    description: 'The median and 95 in 100 of the times that stand in Retry-After.',
    unit: 's',
    queries: [
      promql(quantile(scope, 0.95, 'rate_limit_block_duration_seconds', ['limiter']), '{{limiter}} p95'),
      promql(quantile(scope, 0.5, 'rate_limit_block_duration_seconds', ['limiter']), '{{limiter}} p50'),
    ],
  };
}

/** Failures of the store. */
export function limiterStorePanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Can the limiters count?',
    description:
      'Failures a second of the store that a limiter counts in. Meanwhile it lets all through, or nobody.',
    unit: 'ops',
    queries: [promql(sumRate(scope, 'rate_limit_store_errors_total', ['limiter']), '{{limiter}}')],
    alerts: ['RateLimitStoreFailing'],
  };
}

/** Changes by the code. */
export function limiterChangesPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Who changes what was counted?',
    description: 'Penalties, rewards and blocks by the code, a second.',
    unit: 'ops',
    queries: [
      promql(
        sumRate(scope, 'rate_limit_changes_total', ['limiter', 'operation']),
        '{{limiter}} {{operation}}',
      ),
    ],
  };
}

/** Requests that asked a limiter, as the histogram counts them. */
export function limiterLoadPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How often is each limiter asked?',
    description: 'Requests a second that a limiter counted, skipped ones not among them.',
    unit: 'reqps',
    queries: [promql(observationRate(scope, 'rate_limit_remaining_share', ['limiter']), '{{limiter}}')],
  };
}
