import { gaugeBy, quantile, sumRate } from '../queries/promql.ts';
import * as resilience from '../queries/resilience.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, promql } from './panel.ts';

const watched = { view: 'timeseries', noData: noData.watch, expects: maybeEmpty.optional } as const;

/** Attempts for each call. */
export function retriesPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How much do retries add?',
    description:
      'Attempts for each call: 1 is none. At 2, the dependency gets twice the load just when it is not well.',
    unit: 'none',
    queries: [promql(resilience.attemptsPerCall(scope), '{{name}}')],
    decimals: 2,
  };
}

/** How calls under a retry policy end. */
export function retryOutcomesPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Do retries help?',
    description: 'Calls a second by how they ended. Many that gave up: retries only add load.',
    unit: 'ops',
    queries: [promql(sumRate(scope, 'retry_calls_total', ['name', 'outcome']), '{{name}} {{outcome}}')],
    stacked: true,
  };
}

/** Share of the calls that ran out of time. */
export function timeoutsPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'What share of the calls runs out of time?',
    description: 'Calls under a timeout that took too long, among all of them.',
    unit: 'percentunit',
    queries: [promql(resilience.timeoutRatio(scope), '{{name}}')],
  };
}

/** Duration against the limit. */
export function timeoutDurationPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Is the timeout right?',
    description:
      '99 in 100 calls and the limit. A limit far above them wastes time when it is needed; one below cuts good calls.',
    unit: 's',
    queries: [
      promql(quantile(scope, 0.99, 'timeout_call_duration_seconds', ['name']), '{{name}} p99'),
      promql(gaugeBy(scope, 'max', 'timeout_limit_seconds', ['name']), '{{name}} limit'),
    ],
  };
}

/** What fallbacks give. */
export function fallbacksPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How often does a fallback answer?',
    description:
      'Calls a second by what the caller got. A fallback is an answer, but not the one that was asked for.',
    unit: 'ops',
    queries: [promql(sumRate(scope, 'fallback_calls_total', ['name', 'outcome']), '{{name}} {{outcome}}')],
    stacked: true,
  };
}

/** How full bulkheads are. */
export function bulkheadUsedPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How full are the bulkheads?',
    description:
      'Share of the places that are taken, and of the queue before them. When both are 1, calls are turned away.',
    unit: 'percentunit',
    queries: [
      promql(resilience.bulkheadUsedRatio(scope), '{{name}} {{instance}}'),
      promql(resilience.bulkheadQueueRatio(scope), '{{name}} {{instance}} queue'),
    ],
    alerts: ['BulkheadFull'],
    max: 1,
  };
}

/** How calls in bulkheads end. */
export function bulkheadCallsPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How many calls do bulkheads turn away?',
    description: 'Calls a second that were taken in, by outcome, and those that were turned away.',
    unit: 'ops',
    queries: [
      promql(sumRate(scope, 'bulkhead_rejected_calls_total', ['name']), '{{name}} turned away'),
      promql(sumRate(scope, 'bulkhead_calls_total', ['name', 'outcome']), '{{name}} {{outcome}}'),
    ],
    alerts: ['BulkheadFull'],
  };
}

/** How long calls wait. */
export function bulkheadWaitPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How long do calls wait for a place?',
    description: '95 in 100 calls had a place in a bulkhead after that time.',
    unit: 's',
    queries: [promql(quantile(scope, 0.95, 'bulkhead_wait_duration_seconds', ['name']), '{{name}}')],
  };
}
