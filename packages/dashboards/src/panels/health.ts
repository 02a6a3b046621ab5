import { gaugeBy, quantile, sumRate } from '../queries/promql.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, promql } from './panel.ts';

const checks = { noData: noData.health, expects: maybeEmpty.optional } as const;

/** Each check over time. */
export function checksPanel({ scope }: PanelContext): Panel {
  return {
    ...checks,
    view: 'state-timeline',
    title: 'Which checks are not well?',
    description: 'What each check found, the worst instance: green is up, orange degraded, red down.',
    unit: 'none',
    queries: [promql(gaugeBy(scope, 'min', 'health_check_status', ['job', 'check']), '{{job}} {{check}}')],
    valueTexts: {
      '0': { text: 'down', color: 'red' },
      '0.5': { text: 'degraded', color: 'orange' },
      '1': { text: 'up', color: 'green' },
    },
    alerts: ['HealthCheckDown', 'HealthCheckDegraded'],
  };
}

/** Each probe over time. */
export function probesPanel({ scope }: PanelContext): Panel {
  return {
    ...checks,
    view: 'state-timeline',
    title: 'Do the probes answer 200?',
    description: 'Each probe of each instance. Not ready gets no requests; not live is started again.',
    unit: 'none',
    queries: [
      promql(gaugeBy(scope, 'min', 'health_probe_status', ['instance', 'probe']), '{{instance}} {{probe}}'),
    ],
    valueTexts: { '0': { text: '503', color: 'red' }, '1': { text: '200', color: 'green' } },
    alerts: ['NotReady'],
  };
}

/** How long checks take. */
export function checkDurationPanel({ scope }: PanelContext): Panel {
  return {
    ...checks,
    view: 'timeseries',
    title: 'How long do checks take?',
    description: '19 in 20 runs of each check. Near its timeout, it will soon be down for slowness alone.',
    unit: 's',
    queries: [promql(quantile(scope, 0.95, 'health_check_duration_seconds', ['check']), '{{check}}')],
  };
}

/** What runs found. */
export function checkRunsPanel({ scope }: PanelContext): Panel {
  return {
    ...checks,
    view: 'timeseries',
    title: 'What do the checks find?',
    description: 'Runs a second that found something else than up, and results that came too late to count.',
    unit: 'ops',
    queries: [
      promql(
        sumRate(scope, 'health_check_runs_total', ['check', 'result'], { result: '!=up' }),
        '{{check}} {{result}}',
      ),
      promql(sumRate(scope, 'health_check_late_results_total', ['check']), '{{check}} too late'),
    ],
  };
}

/** How often checks change their minds. */
export function checkChangesPanel({ scope }: PanelContext): Panel {
  return {
    ...checks,
    view: 'timeseries',
    title: 'How often do checks change?',
    description:
      'Changes of a status a second. One that goes to and fro has a timeout or a limit that is too tight.',
    unit: 'ops',
    queries: [
      promql(sumRate(scope, 'health_check_transitions_total', ['check', 'to']), '{{check}} to {{to}}'),
    ],
  };
}

/** Runs that do not end, and how long a check has not been well. */
export function checkAgePanel({ scope }: PanelContext): Panel {
  const last = gaugeBy(scope, 'max', 'health_check_last_success_timestamp_seconds', ['check']);
  return {
    ...checks,
    view: 'timeseries',
    title: 'When was each check last well?',
    description: 'Time since a check was last up or degraded, on the instance where it was last.',
    unit: 's',
    queries: [promql(`time() - ${last}`, '{{check}}')],
  };
}

/** Runs that hang. */
export function activeChecksPanel({ scope }: PanelContext): Panel {
  return {
    ...checks,
    view: 'timeseries',
    title: 'Do runs of checks hang?',
    description: 'Runs that have not ended. One that is past its timeout still holds whatever it has opened.',
    unit: 'none',
    queries: [promql(gaugeBy(scope, 'sum', 'health_check_active_runs', ['check']), '{{check}}')],
  };
}
