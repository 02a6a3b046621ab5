import { aggregate, equals, labelList, noneOf, percentText, selector, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';
import { theRoute } from '../words.ts';
import { ifBusy, levelLabels, recorded } from './service-rates.ts';

/** How long what a probe sees must last [s]: two or three times what usually lies between two probes. */
const PROBED_SECONDS = 120;
/** The same of certificates, which differ from one server behind a name to the next while they are renewed [s]. */
const CERTIFICATE_SECONDS = 900;

/** How long ago a service that is now missing may have been there [s]: after that, it was taken away on purpose. */
const MISSED_FOR_SECONDS = 3600;

/** Whether services are there, and answer. */
export function availabilityRules(context: RuleContext): RuleGroup {
  const { options, duration, alert } = context;
  const { thresholds } = options;
  const alive = aggregate('sum', serviceLabels, 'up');
  const known = options.services.map((name) => `absent(${selector('up', { job: equals(name) })})`);
  // What is left in one environment says nothing of another; targets that have been given one since are the same.
  const staying = selector('up', { job: noneOf(options.transientServices) });
  const vanished =
    `(${aggregate('group', serviceLabels, `last_over_time(${staying}[${duration(MISSED_FOR_SECONDS)}])`)}` +
    ` unless on (deployment_environment_name, job) (up or ${aggregate('group', ['job'], 'up')}))`;
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
      summary: `{{ $labels.job }} fails {{ $value | humanizePercentage }} of the requests to ${theRoute}`,
      description:
        `Of the requests to ${theRoute} in the last 5 minutes, {{ $value | humanizePercentage }} were answered` +
        ` with 5xx; more than ${percentText(thresholds.routeErrorRatio)} for 5 minutes is too much. Whoever needs` +
        ' them sees errors; the rest of the service may be well.',
      resultLabels: levelLabels('job_route'),
      dashboard: 'routes',
      traces: 'failed',
    }),
    ...probeAlerts(context),
  ]);
}

/**
 * What a prober such as the blackbox exporter sees from outside. Where several look at one address, all of them must see it:
 * one that sees nothing may be the one that is cut off. Their job is a service of its own, so no alert of the service that they
 * look at holds these back: whether users get an answer is what everybody asks then.
 */
function probeAlerts({ options, alert }: RuleContext): readonly Rule[] {
  const { certificateLeftSeconds } = options.thresholds;
  const by = [...serviceLabels, 'instance'];
  const days = certificateLeftSeconds / 86_400;
  return [
    alert({
      name: 'ProbeFailing',
      severity: 'critical',
      expr: `${aggregate('max', by, 'probe_success')} == 0`,
      forSeconds: PROBED_SECONDS,
      summary: '{{ $labels.instance }} cannot be reached from outside, says the probe {{ $labels.job }}',
      description:
        'No probe of this address has had the answer that it expects for 2 minutes. Users get none either, whatever the' +
        ' service says of itself: the way to it may be broken, its name, its certificate or what stands before it.',
      resultLabels: by,
      dashboard: 'fleet',
    }),
    alert({
      name: 'CertificateEnding',
      severity: 'warning',
      expr: `${aggregate('min', by, 'probe_ssl_earliest_cert_expiry')} - time() < ${certificateLeftSeconds}`,
      forSeconds: CERTIFICATE_SECONDS,
      summary:
        'The certificate of {{ $labels.instance }} {{ if lt $value 0.0 }}has ended{{ else }}ends in {{ $value | humanizeDuration }}{{ end }}',
      description:
        `Whatever renews it should have done so: less than ${Number(days.toPrecision(3))} days are left. From its end on every` +
        ' browser and every client refuses to connect, all users at once.',
      resultLabels: by,
      dashboard: 'fleet',
    }),
  ];
}
