import { toTraces } from '../links.ts';
import { gaugeBy, quantile, sumRate } from '../queries/promql.ts';
import * as resilience from '../queries/resilience.ts';
import * as traces from '../queries/traces.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

const watched = { view: 'timeseries', noData: noData.watch, expects: maybeEmpty.optional } as const;

/** Each breaker over time. */
export function breakerStatePanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    view: 'state-timeline',
    title: 'Which breakers are open?',
    description:
      'The state of each breaker. Open: calls fail at once, and the dependency gets a rest. Half open: one call tries.',
    unit: 'none',
    queries: [promql(resilience.breakerState(scope), '{{job}} {{name}}')],
    valueTexts: {
      '0': { text: 'closed', color: 'green' },
      '1': { text: 'half open', color: 'orange' },
      '2': { text: 'open', color: 'red' },
      '3': { text: 'isolated', color: 'purple' },
      '4': { text: 'disabled', color: 'text' },
    },
    alerts: ['BreakerOpen'],
    links: [toTraces('Failed calls as traces', traces.failedCalls())],
  };
}

/** Share of the time that breakers are open. */
export function breakerOpenRatioPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How much of the time is each breaker open?',
    description: 'Share of the time that it was not closed. Short openings between two scrapes are in it.',
    unit: 'percentunit',
    queries: [promql(resilience.breakerOpenRatio(scope), '{{job}} {{name}}')],
    max: 1,
  };
}

/** Openings in 15 minutes. */
export function breakerOpeningsPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How often does each breaker open?',
    description:
      'Openings of a closed breaker in 15 minutes, on the instance with the most. Many: the dependency comes back and fails again.',
    unit: 'none',
    queries: [promql(resilience.breakerOpenings(scope), '{{job}} {{name}}')],
    thresholds: above(thresholds.breakerOpenings, 'warning'),
    alerts: ['BreakerFlapping'],
    decimals: 1,
  };
}

/** Calls by outcome. */
export function breakerCallsPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How do calls through breakers end?',
    description: 'Calls a second by breaker and outcome. Rejected ones never left the process.',
    unit: 'ops',
    queries: [
      promql(sumRate(scope, 'circuit_breaker_calls_total', ['name', 'outcome']), '{{name}} {{outcome}}'),
    ],
    stacked: true,
  };
}

/** Duration of calls through breakers. */
export function breakerDurationPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How long do calls through breakers take?',
    description: '19 in 20 calls that a breaker let through, by outcome.',
    unit: 's',
    queries: [
      promql(
        quantile(scope, 0.95, 'circuit_breaker_call_duration_seconds', ['name', 'outcome']),
        '{{name}} {{outcome}}',
      ),
    ],
  };
}

/** How long outages last. */
export function breakerRecoveryPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How long does it take to recover?',
    description:
      'The median time from an opening until the breaker closed again, and how long until it tries next.',
    unit: 's',
    queries: [
      promql(
        quantile(scope, 0.5, 'circuit_breaker_recovery_duration_seconds', ['name']),
        '{{name}} recovered in',
      ),
      promql(
        gaugeBy(scope, 'max', 'circuit_breaker_open_remaining_seconds', ['name']),
        '{{name}} tries again in',
      ),
    ],
  };
}
