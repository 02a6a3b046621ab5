import { toDashboard, toDashboardOf, toTraces } from '../links.ts';
import { gaugeBy, sumRate } from '../queries/promql.ts';
import * as requests from '../queries/requests.ts';
import * as traces from '../queries/traces.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, column, promql, withExemplars } from './panel.ts';

const calls = { view: 'timeseries', noData: noData.calls, expects: 'series' } as const;

/** A row for each dependency. */
export function dependencyTablePanel({ scope, thresholds }: PanelContext): Panel {
  const by = ['job', 'server_address'] as const;
  return {
    view: 'table',
    title: 'Which dependency is the worst?',
    description:
      'Every host that is called, the one with most errors first. Without an answer counts as an error.',
    unit: 'short',
    queries: [
      column(
        'Error ratio',
        requests.callErrorRatio(scope, by),
        'percentunit',
        above(thresholds.dependencyErrorRatio),
      ),
      column('Calls', requests.callRate(scope, by), 'reqps'),
      column(
        'p95',
        requests.callQuantile(scope, 0.95, by),
        's',
        above(thresholds.dependencyLatencyP95Seconds, 'warning'),
      ),
    ],
    noData: noData.calls,
    expects: 'series',
    columns: { job: 'Service', server_address: 'Dependency' },
    sortBy: 'Error ratio',
    alerts: ['DependencyFailing', 'DependencySlow'],
    valueLinks: [toDashboardOf('dependencies', 'What this service calls', { service: 'Service' }, 'fields')],
    width: 24,
  };
}

/** Calls a second. */
export function callRatePanel({ scope }: PanelContext): Panel {
  return {
    ...calls,
    title: 'How often is each dependency called?',
    description: 'Calls a second by host. A loop or a stampede shows as calls without requests.',
    unit: 'reqps',
    queries: [promql(requests.callRate(scope), '{{server_address}}')],
  };
}

/** Share of failed calls. */
export function callErrorRatioPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...calls,
    title: 'What share of the calls fails?',
    description:
      'Calls without an answer or with 5xx, by host. A 4xx is what the caller got wrong, and is not in it.',
    unit: 'percentunit',
    queries: [promql(requests.callErrorRatio(scope), '{{server_address}}')],
    thresholds: above(thresholds.dependencyErrorRatio),
    alerts: ['DependencyFailing'],
    links: [toTraces('Failed calls as traces', traces.failedCalls())],
  };
}

/** Why calls fail. */
export function callErrorsPanel({ scope }: PanelContext): Panel {
  return {
    ...calls,
    title: 'Why do calls fail?',
    description: 'Failed calls a second by host and class: a refused connection, a timeout, a status.',
    unit: 'reqps',
    queries: [promql(requests.callErrorRate(scope), '{{server_address}} {{error_type}}')],
    noData: `No call fails now. ${noData.calls}`,
    expects: maybeEmpty.failures,
    stacked: true,
  };
}

/** Duration of calls, with exemplars. */
export function callLatencyPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...calls,
    title: 'How long does each dependency take?',
    description: '19 in 20 calls to each host take at most so long. Each dot is a call: open its trace.',
    unit: 's',
    queries: [withExemplars(requests.callQuantile(scope, 0.95), '{{server_address}}')],
    thresholds: above(thresholds.dependencyLatencyP95Seconds, 'warning'),
    alerts: ['DependencySlow'],
  };
}

/** Calls under way. */
export function activeCallsPanel({ scope }: PanelContext): Panel {
  return {
    ...calls,
    title: 'How many calls wait for an answer?',
    description: 'Calls under way, by host. A line that only rises is a dependency that hangs.',
    unit: 'none',
    queries: [
      promql(gaugeBy(scope, 'sum', 'http_client_active_requests', ['server_address']), '{{server_address}}'),
    ],
  };
}

/** The states of connections such as those of Redis. */
export function connectionStatePanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'Which connections are not ready?',
    description: 'Instances whose connection is in another state than ready, by connection and state.',
    unit: 'none',
    queries: [
      promql(
        gaugeBy(scope, 'sum', 'connection_state', ['connection', 'state'], { state: '!=ready' }),
        '{{connection}} {{state}}',
      ),
    ],
    noData: noData.watch,
    expects: maybeEmpty.optional,
    decimals: 0,
  };
}

/** Changes of the states of connections, and their errors. */
export function connectionErrorsPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How often do connections break?',
    description: 'Losses and errors a second. One between two scrapes is counted as well.',
    unit: 'ops',
    queries: [
      promql(
        sumRate(scope, 'connection_transitions_total', ['connection', 'to'], { to: '=~reconnecting|ended' }),
        '{{connection}} {{to}}',
      ),
      promql(sumRate(scope, 'connection_errors_total', ['connection']), '{{connection}} errors'),
    ],
    noData: noData.watch,
    expects: maybeEmpty.optional,
  };
}

/** What waits in connections. */
export function connectionQueuePanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How many commands wait in connections?',
    description: 'Commands without an answer: those that wait to be sent, and those that were sent.',
    unit: 'none',
    queries: [
      promql(
        gaugeBy(scope, 'sum', 'connection_queued_commands', ['connection', 'state']),
        '{{connection}} {{state}}',
      ),
    ],
    noData: noData.watch,
    expects: maybeEmpty.optional,
  };
}

/** A way to the details. */
export function withDetails(panel: Panel): Panel {
  return { ...panel, links: [...(panel.links ?? []), toDashboard('resilience', 'In detail')] };
}
