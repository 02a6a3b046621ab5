import { aggregate, labelList, percentText, selector, serviceLabels } from '../promql.ts';
import type { RuleContext, RuleGroup } from '../rule.ts';
import { ifBusy, levelLabels, recorded } from './service-rates.ts';

/** How long ago a service that is now missing may have been there [s]: after that, it was taken away on purpose. */
const MISSED_FOR_SECONDS = 3600;

/** Whether services are there, and answer. */
export function availabilityRules(context: RuleContext): RuleGroup {
  const { options, duration, alert } = context;
  const { thresholds } = options;
  const alive = aggregate('sum', serviceLabels, 'up');
  const known = options.services.map((name) => `absent(${selector('up', { job: `=${name}` })})`);
  const vanished =
    `(${aggregate('group', serviceLabels, `last_over_time(up[${duration(MISSED_FOR_SECONDS)}])`)}` +
    ` unless on (job) up)`;
  return context.group('availability', [
    alert({
      name: 'ServiceAbsent',
      severity: 'critical',
      expr: [`${alive} == 0`, vanished, ...known].join(' or '),
      forSeconds: 60,
      summary: '{{ $labels.job }} is gone: no instance of it answers its scrape',
      description:
        'Users get no answer from {{ $labels.job }}, or nobody can tell. No instance was scraped for a minute' +
        ', so every other alert of the service is blind until this one is over.',
      resultLabels: serviceLabels,
      dashboard: 'service',
    }),
    alert({
      name: 'ScrapeFailing',
      severity: 'warning',
      expr: `up == 0 and on (${labelList(serviceLabels)}) ${alive} > 0`,
      forSeconds: 120,
      summary: '{{ $labels.instance }} of {{ $labels.job }} cannot be scraped, others can',
      description:
        'One instance of {{ $labels.job }} has not answered its scrape for two minutes. Users notice it when it also' +
        ' gets requests; its part is missing in every number of the service.',
      resultLabels: [...serviceLabels, 'instance'],
      dashboard: 'service',
    }),
    alert({
      name: 'ErrorRatioHigh',
      severity: 'critical',
      expr: `${recorded.errorRatio('job')} > ${thresholds.errorRatio} ${ifBusy(context, 'job')}`,
      forSeconds: 300,
      summary: '{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests',
      description:
        'Of the requests to {{ $labels.job }} in the last 5 minutes, {{ $value | humanizePercentage }} were answered with' +
        ` 5xx; more than ${percentText(thresholds.errorRatio)} for 5 minutes is too much. Users see errors now.`,
      resultLabels: serviceLabels,
      dashboard: 'service',
      traces: 'failed',
    }),
    alert({
      name: 'RouteErrorRatioHigh',
      severity: 'warning',
      expr: `${recorded.errorRatio('job_route')} > ${thresholds.routeErrorRatio} ${ifBusy(context, 'job_route')}`,
      forSeconds: 300,
      summary: '{{ $labels.job }} fails {{ $value | humanizePercentage }} of {{ $labels.http_route }}',
      description:
        'Of the requests to {{ $labels.http_route }} in the last 5 minutes, {{ $value | humanizePercentage }} were answered' +
        ` with 5xx; more than ${percentText(thresholds.routeErrorRatio)} for 5 minutes is too much. Whoever needs this` +
        ' route sees errors; the rest of the service may be well.',
      resultLabels: levelLabels('job_route'),
      dashboard: 'routes',
      traces: 'failed',
    }),
  ]);
}
