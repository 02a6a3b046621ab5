import { rateFromFirst } from '../from-first.ts';
import { aggregate, histogram, labelList, percentText, series, serviceLabels } from '../promql.ts';
import type { RuleContext, RuleGroup } from '../rule.ts';
import { theHost, whatHost } from '../words.ts';
import { RATE_SECONDS, recorded } from './service-rates.ts';

const CALLS = 'http_client_request_duration_seconds';
const REQUESTS = 'job_server_address:http_client_requests:rate5m';
const ERROR_RATIO = 'job_server_address:http_client_errors:ratio_rate5m';
/** Answers of 5xx and calls without one; what a caller did wrong is 4xx and has an error type as well. */
const failed = { http_response_status_code: '=~5..|', error_type: '!=' } as const;

/** What the service needs: its health checks, and whoever it calls. */
export function dependencyRules(context: RuleContext): RuleGroup {
  const { options, duration, alert } = context;
  const { thresholds } = options;
  const by = [...serviceLabels, 'server_address'];
  const range = `[${duration(RATE_SECONDS)}]`;
  const sum = (counter: string): string =>
    aggregate('sum', by, rateFromFirst(counter, RATE_SECONDS, recorded.pageKnown, context));
  const buckets = aggregate('sum', [...by, 'le'], `rate(${histogram(CALLS, 'bucket')}${range})`);
  const ifBusy = `and on (${labelList(by)}) ${REQUESTS} * ${RATE_SECONDS * options.timeScaleRatio} >= ${thresholds.minRequests}`;
  const checks = [...serviceLabels, 'check'];
  return context.group('dependencies', [
    { record: REQUESTS, expr: sum(histogram(CALLS, 'count')) },
    { record: ERROR_RATIO, expr: `${sum(histogram(CALLS, 'count', failed))} / (${REQUESTS} > 0)` },
    alert({
      name: 'HealthCheckDown',
      severity: 'critical',
      expr: `${aggregate('max', checks, series('health_check_status'))} == 0`,
      forSeconds: 120,
      summary: 'The check {{ $labels.check }} of {{ $labels.job }} is down on every instance',
      description:
        'Every instance of {{ $labels.job }} has found {{ $labels.check }} down for two minutes. Whatever needs it fails;' +
        ' when the check is critical, the service takes no requests.',
      resultLabels: checks,
      dashboard: 'service',
    }),
    alert({
      name: 'HealthCheckDegraded',
      severity: 'warning',
      expr: `${aggregate('min', [...checks, 'instance'], series('health_check_status'))} < 1`,
      forSeconds: 600,
      summary:
        'The check {{ $labels.check }} of {{ $labels.job }} is {{ if eq $value 0.0 }}down{{ else }}degraded{{ end }}' +
        ' on {{ $labels.instance }}',
      description:
        'The check stands at {{ $value }} (1 is up, 0.5 is degraded, 0 is down) and was below 1 for ten minutes on' +
        ' {{ $labels.instance }}. Part of the requests is slow or fails.',
      resultLabels: [...checks, 'instance'],
      dashboard: 'service',
    }),
    alert({
      name: 'NotReady',
      severity: 'warning',
      expr: `${series('health_probe_status', { probe: '=readyz' })} == 0`,
      forSeconds: 300,
      summary: '{{ $labels.instance }} of {{ $labels.job }} has not been ready for 5 minutes',
      description:
        'The instance answers its readiness probe with 503, so it gets no requests; the other instances carry its share.' +
        ' A drain before a stop takes seconds, not minutes.',
      resultLabels: [...serviceLabels, 'instance'],
      dashboard: 'service',
    }),
    alert({
      name: 'DependencyFailing',
      severity: 'critical',
      expr: `${ERROR_RATIO} > ${thresholds.dependencyErrorRatio} ${ifBusy}`,
      forSeconds: 120,
      summary: `{{ $value | humanizePercentage }} of the calls from {{ $labels.job }} to ${theHost} fail`,
      description:
        `Of the calls from {{ $labels.job }} to ${theHost} in the last 5 minutes,` +
        ' {{ $value | humanizePercentage }} got 5xx or no answer; more than' +
        ` ${percentText(thresholds.dependencyErrorRatio)} for 2 minutes is too much. Users miss whatever is behind them.${whatHost}`,
      resultLabels: by,
      dashboard: 'dependencies',
      traces: 'failed-calls',
    }),
    alert({
      name: 'DependencySlow',
      severity: 'warning',
      expr: `histogram_quantile(0.95, ${buckets}) > ${thresholds.dependencyLatencyP95Seconds} ${ifBusy}`,
      forSeconds: 300,
      summary: `{{ $labels.job }} waits for ${theHost}: one call in twenty takes over {{ $value | humanizeDuration }}`,
      description:
        `The 95th percentile of the calls from {{ $labels.job }} to ${theHost} is` +
        ` {{ $value | humanizeDuration }}; it has been over ${thresholds.dependencyLatencyP95Seconds} s for 5 minutes.` +
        ` Users of {{ $labels.job }} wait at least as long.${whatHost}`,
      resultLabels: by,
      dashboard: 'dependencies',
      traces: 'slow-calls',
    }),
  ]);
}
