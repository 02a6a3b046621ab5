import { serviceLabels } from '../promql.ts';
import type { RuleContext, RuleGroup } from '../rule.ts';
import { theRoute } from '../words.ts';
import { ifBusy, levelLabels, recorded } from './service-rates.ts';

/** Whether services answer in time. */
export function latencyRules(context: RuleContext): RuleGroup {
  const { alert } = context;
  const { latencyP99Seconds, routeLatencyP95Seconds } = context.options.thresholds;
  return context.group('latency', [
    alert({
      name: 'LatencyHigh',
      severity: 'critical',
      expr: `${recorded.p99('job')} > ${latencyP99Seconds} ${ifBusy(context, 'job')}`,
      forSeconds: 300,
      summary:
        '{{ $labels.job }} is slow: one request in a hundred takes over {{ $value | humanizeDuration }}',
      description:
        'The 99th percentile of {{ $labels.job }} is {{ $value | humanizeDuration }}; it has been over' +
        ` ${latencyP99Seconds} s for 5 minutes. Users wait, and some give up; what calls this service runs into its timeouts.`,
      resultLabels: serviceLabels,
      dashboard: 'service',
      traces: 'slow',
    }),
    alert({
      name: 'RouteLatencyHigh',
      severity: 'warning',
      expr: `${recorded.p95('job_route')} > ${routeLatencyP95Seconds} ${ifBusy(context, 'job_route')}`,
      forSeconds: 300,
      summary:
        `{{ $labels.job }} is slow on ${theRoute}: one request in twenty takes over` +
        ' {{ $value | humanizeDuration }}',
      description:
        `The 95th percentile of the requests to ${theRoute} is {{ $value | humanizeDuration }}; it has been over` +
        ` ${routeLatencyP95Seconds} s for 5 minutes. Whoever needs them waits.`,
      resultLabels: levelLabels('job_route'),
      dashboard: 'routes',
      traces: 'slow',
    }),
  ]);
}
