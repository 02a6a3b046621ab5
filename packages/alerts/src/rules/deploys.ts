import { labelList, percentText, serviceLabels } from '../promql.ts';
import type { RuleContext, RuleGroup } from '../rule.ts';
import { theVersion } from '../words.ts';
import { ifBusy, levelLabels, recorded } from './service-rates.ts';

/** What a new version is compared with: the service as it was then [s]. A version that ran then is not new. */
const BEFORE_SECONDS = 3600;

/** A new version against what ran before it. */
export function deployRules(context: RuleContext): RuleGroup {
  const { options, duration, alert } = context;
  const { deployErrorRatioIncrease, deployLatencyRatio, deployLatencyIncreaseSeconds } = options.thresholds;
  const before = `offset ${duration(BEFORE_SECONDS)}`;
  const onService = `on (${labelList(serviceLabels)}) group_left ()`;
  const isNew = `unless on (${labelList(levelLabels('job_version'))}) ${recorded.requests('job_version')} ${before}`;
  const busyAndNew = `${ifBusy(context, 'job_version')} ${isNew}`;
  const p95 = recorded.p95('job_version');
  const increase = `${p95} - ${onService} ${recorded.p95('job')} ${before} > ${deployLatencyIncreaseSeconds}`;
  return context.group('deploys', [
    alert({
      name: 'DeployErrorsRegressed',
      severity: 'critical',
      expr:
        `${recorded.errorRatio('job_version')} - ${onService} ${recorded.errorRatio('job')} ${before}` +
        ` > ${deployErrorRatioIncrease} ${busyAndNew}`,
      forSeconds: 120,
      summary: `${theVersion} of {{ $labels.job }} fails {{ $value | humanizePercentage }} more of its requests than before`,
      description:
        'The version{{ with $labels.service_version }} {{ . }}{{ end }} is new in this hour, and its error ratio is' +
        ` {{ $value | humanizePercentage }} above that of the service an hour ago; more than` +
        ` ${percentText(deployErrorRatioIncrease)} for 2 minutes is no accident. Users see errors that they did not see before.`,
      resultLabels: levelLabels('job_version'),
      dashboard: 'service',
      traces: 'failed',
    }),
    alert({
      name: 'DeployLatencyRegressed',
      severity: 'warning',
      expr:
        `${p95} / ${onService} ${recorded.p95('job')} ${before} > ${deployLatencyRatio}` +
        ` and on (${labelList(levelLabels('job_version'))}) ${increase} ${busyAndNew}`,
      forSeconds: 300,
      summary: `${theVersion} of {{ $labels.job }} is {{ $value | printf "%.1f" }} times as slow as what ran before`,
      description:
        'The version{{ with $labels.service_version }} {{ . }}{{ end }} is new in this hour. Its 95th percentile is' +
        ` {{ $value | printf "%.1f" }} times that of the service an hour ago; more than ${deployLatencyRatio} times, and` +
        ` ${deployLatencyIncreaseSeconds} s, for 5 minutes is no warming up. Users wait longer than before.`,
      resultLabels: levelLabels('job_version'),
      dashboard: 'service',
      traces: 'slow',
    }),
  ]);
}
