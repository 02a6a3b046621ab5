import { toDashboardOf } from '../links.ts';
import { aggregate } from '../queries/promql.ts';
import { achieved, burnRate, recorded, recordedSeries } from '../queries/recorded.ts';
import { sloScope } from '../queries/scope.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, below, column, promql } from './panel.ts';

const slo = { noData: noData.slos, expects: 'series' } as const;
/** Burn rates at which the alerts fire, from the long windows of the workbook: an hour, six, a day, three. */
const PAGE_BURN_RATE = 14.4;
const TICKET_BURN_RATE = 1;
const labels = ['job', 'slo'];

/** Every SLO. */
export function objectivesPanel(): Panel {
  return {
    ...slo,
    view: 'table',
    title: 'Which objectives are met?',
    description: 'Every SLO: what was agreed, what a day gave, and how much of the error budget is left.',
    unit: 'percentunit',
    queries: [
      column(
        'Budget left',
        aggregate('min', labels, recorded(sloScope, 'budgetRemaining')),
        'percentunit',
        below(0),
      ),
      column('Good in a day', achieved(sloScope), 'percentunit'),
      column('Burn rate of an hour', burnRate(sloScope, 'errors1h'), 'none', above(PAGE_BURN_RATE)),
      column('Events', aggregate('sum', labels, recorded(sloScope, 'sloEvents')), 'reqps'),
    ],
    columns: { job: 'Service', slo: 'Objective' },
    alerts: ['ErrorBudgetBurn', 'ErrorBudgetSpent', 'SloWithoutData'],
    valueLinks: [toDashboardOf('service', 'The service', { service: 'Service' }, 'fields')],
    width: 24,
  };
}

/** What is left. */
export function budgetPanel(): Panel {
  return {
    ...slo,
    view: 'timeseries',
    title: 'How much of the error budget is left?',
    description: 'Share of what the period allows. Below 0 more failed than was agreed: what is risky waits.',
    unit: 'percentunit',
    queries: [promql(aggregate('min', labels, recorded(sloScope, 'budgetRemaining')), '{{job}} {{slo}}')],
    thresholds: below(0),
    alerts: ['ErrorBudgetSpent'],
  };
}

/** Burn rates that page. */
export function fastBurnPanel(): Panel {
  return {
    ...slo,
    view: 'timeseries',
    title: 'Is the budget spent too fast right now?',
    description:
      'How many times as fast as it may, over five minutes and an hour. Both above 14.4 wake somebody.',
    unit: 'none',
    queries: [
      promql(burnRate(sloScope, 'errors5m'), '{{job}} {{slo}} 5 min'),
      promql(burnRate(sloScope, 'errors1h'), '{{job}} {{slo}} 1 h'),
    ],
    thresholds: above(PAGE_BURN_RATE),
    alerts: ['ErrorBudgetBurn'],
  };
}

/** Burn rates that make a ticket. */
export function slowBurnPanel(): Panel {
  return {
    ...slo,
    view: 'timeseries',
    title: 'Is the budget spent too fast in the long run?',
    description: 'Over six hours, a day and three. Above 1 for long, the budget ends before its period does.',
    unit: 'none',
    queries: [
      promql(burnRate(sloScope, 'errors6h'), '{{job}} {{slo}} 6 h'),
      promql(burnRate(sloScope, 'errors1d'), '{{job}} {{slo}} 1 d'),
      promql(burnRate(sloScope, 'errors3d'), '{{job}} {{slo}} 3 d'),
    ],
    thresholds: above(TICKET_BURN_RATE, 'warning'),
    alerts: ['ErrorBudgetBurn'],
  };
}

/** Who spent it. */
export function spentByRoutePanel(): Panel {
  const spent = aggregate('sum', ['job', 'slo', 'http_route'], recorded(sloScope, 'budgetSpentByRoute'));
  return {
    ...slo,
    view: 'table',
    title: 'Which routes spent the budget?',
    description: 'Share of the budget that the bad requests of each route took in the period.',
    unit: 'percentunit',
    queries: [column('Spent', `topk(20, ${spent})`, 'percentunit', above(0.5, 'warning'))],
    expects: maybeEmpty.history,
    columns: { job: 'Service', slo: 'Objective', http_route: 'Route' },
    sortBy: 'Spent',
    valueLinks: [toDashboardOf('routes', 'The route', { service: 'Service', route: 'Route' }, 'fields')],
    width: 12,
  };
}

/** Bad events. */
export function badEventsPanel(): Panel {
  return {
    ...slo,
    view: 'timeseries',
    title: 'How many requests were bad?',
    description: 'Bad events a second as each objective counts them: failed, or too slow.',
    unit: 'reqps',
    queries: [promql(aggregate('sum', labels, recorded(sloScope, 'sloErrors')), '{{job}} {{slo}}')],
    width: 12,
  };
}

/** What was agreed. */
export function objectivePanel(): Panel {
  return {
    ...slo,
    view: 'stat',
    title: 'What was agreed?',
    description: 'The objective of each SLO: the share of events that must be good.',
    unit: 'percentunit',
    queries: [{ ...promql(aggregate('max', ['slo'], recordedSeries.objective), '{{slo}}'), instant: true }],
    decimals: 3,
  };
}
