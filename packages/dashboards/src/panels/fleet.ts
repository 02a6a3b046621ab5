import { alertList, toDashboardOf } from '../links.ts';
import { allFiringAlerts, firingAlerts } from '../queries/alert-state.ts';
import { aggregate, gaugeBy, selector } from '../queries/promql.ts';
import { burnRate, recorded, worst } from '../queries/recorded.ts';
import * as requests from '../queries/requests.ts';
import type { Scope } from '../queries/promql.ts';
import { serviceScope, sloScope } from '../queries/scope.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, below, column, now, promql } from './panel.ts';

const rules = { noData: noData.rules, expects: 'series' } as const;
const service = { service: 'Service' } as const;

/** Every service, the worst first. It reads what rules have recorded, a few series for each. */
export function servicesPanel({ scope, thresholds }: PanelContext): Panel {
  const of = serviceScope;
  return {
    ...rules,
    view: 'table',
    title: 'Which services are not well?',
    description: 'Every service now, the one with most errors first. Click a name for its dashboard.',
    unit: 'short',
    queries: [
      column('Error ratio', worst(of, 'errorRatio'), 'percentunit', above(thresholds.errorRatio)),
      column('p99', worst(of, 'p99'), 's', above(thresholds.latencyP99Seconds)),
      column('Requests', aggregate('sum', ['job'], recorded(of, 'requests')), 'reqps'),
      column(
        'Event loop',
        gaugeBy(scope, 'max', 'nodejs_eventloop_utilization_ratio', ['job']),
        'percentunit',
        above(thresholds.eventLoopUtilizationRatio, 'warning'),
      ),
      column('Budget left', `min by (job) (${recorded(of, 'budgetRemaining')})`, 'percentunit', below(0)),
      column('Instances', upInstances(scope), 'none'),
      column('Alerts', `count by (job) (${firingAlerts()})`, 'none', above(1, 'warning')),
    ],
    columns: { job: 'Service' },
    sortBy: 'Error ratio',
    alerts: ['ErrorRatioHigh', 'LatencyHigh', 'ServiceAbsent'],
    valueLinks: [
      toDashboardOf('service', 'This service', service, 'fields'),
      toDashboardOf('slo', 'Its error budget', service, 'fields'),
      toDashboardOf('logs', 'Its logs', service, 'fields'),
    ],
    width: 24,
    height: 12,
  };
}

/** Instances whose scrape works. */
function upInstances({ matchers }: Scope): string {
  return aggregate('sum', ['job'], selector('up', matchers));
}

/** Alerts that fire. */
export function alertsPanel(): Panel {
  return {
    view: 'table',
    title: 'Which alerts fire?',
    description: 'Alerts of the chosen services, and of none. Click one for its text and its runbook.',
    unit: 'none',
    queries: [
      { ...now(`max by (alertname, severity, job, instance) (${allFiringAlerts()})`), labelsOnly: true },
    ],
    noData: 'No alert fires. If none ever does: load alerts/prometheus/*.yml as rule files into Prometheus.',
    expects: maybeEmpty.alerts,
    columns: { alertname: 'Alert', severity: 'Severity', job: 'Service', instance: 'Instance' },
    valueLinks: [alertList, toDashboardOf('service', 'The service', service, 'fields')],
    width: 12,
  };
}

/** When alerts fired. */
export function alertHistoryPanel(): Panel {
  return {
    view: 'state-timeline',
    title: 'When did which alert fire?',
    description: 'Each alert over time. Those that begin together have one cause: look at the first.',
    unit: 'none',
    queries: [promql(`max by (alertname, job) (${allFiringAlerts()})`, '{{job}} {{alertname}}')],
    noData:
      'No alert has fired. If none ever does: load alerts/prometheus/*.yml as rule files into Prometheus.',
    expects: maybeEmpty.alerts,
    valueTexts: { '1': { text: 'firing', color: 'red' } },
    width: 12,
  };
}

function ofAddress(operator: 'max' | 'min' | 'avg', expr: string): string {
  return aggregate(operator, ['job', 'instance'], expr);
}

/** What probes see from outside. */
export function addressesPanel({ thresholds }: PanelContext): Panel {
  // The job of a prober is none of the services that can be chosen.
  const environment = { deployment_environment_name: '=~$environment' };
  const success = selector('probe_success', environment);
  return {
    view: 'table',
    title: 'Which addresses answer from outside?',
    description:
      'Each address that a probe looks at: 1 while any probe has the answer that it expects, how often there was one in this' +
      ' time, and how long its certificate is good for.',
    unit: 'none',
    queries: [
      column('Answers', ofAddress('max', success), 'none', below(1)),
      column('Answered', ofAddress('avg', `avg_over_time(${success}[$__range])`), 'percentunit'),
      column(
        'Certificate left',
        `${ofAddress('min', selector('probe_ssl_earliest_cert_expiry', environment))} - time()`,
        's',
        below(thresholds.certificateLeftSeconds, 'warning'),
      ),
    ],
    noData: noData.probes,
    expects: maybeEmpty.elsewhere,
    columns: { instance: 'Address', job: 'Probe' },
    alerts: ['ProbeFailing', 'CertificateEnding'],
    width: 24,
  };
}

/** The worst error ratios. */
export function worstErrorsPanel({ thresholds }: PanelContext): Panel {
  return {
    ...rules,
    view: 'timeseries',
    title: 'Where do requests fail?',
    description: 'Share of 5xx of the ten worst services.',
    unit: 'percentunit',
    queries: [promql(`topk(10, ${worst(serviceScope, 'errorRatio')})`, '{{job}}')],
    thresholds: above(thresholds.errorRatio),
    alerts: ['ErrorRatioHigh'],
    valueLinks: [toDashboardOf('service', 'This service', { service: 'job' })],
  };
}

/** The worst latencies. */
export function worstLatencyPanel({ thresholds }: PanelContext): Panel {
  return {
    ...rules,
    view: 'timeseries',
    title: 'Where do requests take long?',
    description: '99 in 100 requests to each of the ten slowest services take at most so long.',
    unit: 's',
    queries: [promql(`topk(10, ${worst(serviceScope, 'p99')})`, '{{job}}')],
    thresholds: above(thresholds.latencyP99Seconds),
    alerts: ['LatencyHigh'],
    valueLinks: [toDashboardOf('service', 'This service', { service: 'job' })],
  };
}

/** The largest rates. */
export function busiestPanel(): Panel {
  return {
    ...rules,
    view: 'timeseries',
    title: 'Where do the requests go?',
    description: 'Requests a second of the ten busiest services.',
    unit: 'reqps',
    queries: [
      promql(`topk(10, ${aggregate('sum', ['job'], recorded(serviceScope, 'requests'))})`, '{{job}}'),
    ],
    stacked: true,
    valueLinks: [toDashboardOf('service', 'This service', { service: 'job' })],
  };
}

/** Which services burn their budgets. */
export function fleetBurnPanel(): Panel {
  return {
    ...rules,
    view: 'timeseries',
    title: 'Who spends the error budget too fast?',
    description:
      'Burn rate over an hour: at 1 the budget lasts exactly its period. 14.4 spends 2 % of 30 days in an hour.',
    unit: 'none',
    queries: [promql(`topk(10, ${burnRate(sloScope, 'errors1h')})`, '{{job}} {{slo}}')],
    noData: noData.slos,
    alerts: ['ErrorBudgetBurn'],
    thresholds: above(14.4),
    valueLinks: [toDashboardOf('slo', 'Its error budget', { service: 'job' })],
  };
}

/** Deploys. */
export function releasesPanel({ scope }: PanelContext): Panel {
  return {
    view: 'table',
    title: 'Which versions run?',
    description:
      'Instances by service and version. Two versions of one service: a deploy is under way, or has stopped half-way.',
    unit: 'none',
    queries: [column('Instances', requests.versions(scope), 'none')],
    noData: noData.requests,
    expects: 'series',
    columns: { job: 'Service', service_version: 'Version' },
    sortBy: 'Instances',
  };
}

/** How many services, instances and alerts there are. */
export function fleetHeadlinePanels({ scope }: PanelContext): readonly Panel[] {
  const small = { ...rules, view: 'stat', unit: 'none', width: 6, height: 4, decimals: 0 } as const;
  return [
    {
      ...small,
      title: 'How many services are there?',
      description: 'Services that were scraped.',
      queries: [
        now(`count(${aggregate('count', ['job'], selector('sightline_build_info', scope.matchers))})`),
      ],
      noData: noData.requests,
    },
    {
      ...small,
      title: 'How many instances are there?',
      description: 'Instances that answer their scrape.',
      queries: [now(`sum(${selector('up', scope.matchers)})`)],
      noData: noData.requests,
    },
    {
      ...small,
      title: 'How many requests are there?',
      description: 'Requests a second to all services.',
      unit: 'reqps',
      queries: [now(`sum(${recorded(serviceScope, 'requests')})`)],
    },
    {
      ...small,
      title: 'How many alerts fire?',
      description: 'Alerts of the chosen services, and of none.',
      queries: [now(`count(${allFiringAlerts()}) or vector(0)`)],
      thresholds: above(1, 'warning'),
    },
  ];
}
