import { increaseFromFirst, pageKnown } from '../from-first.ts';
import { aggregate, durationText, labelList, percentText, series, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';
import { RATE_SECONDS } from './service-rates.ts';
import { counted, theDestination, theItems, theReason } from '../words.ts';

const LOST_SECONDS = 600;
const HOUR_SECONDS = 3600;

/** The telemetry about itself: whoever relies on it must know when it is not whole. */
export function telemetryRules(context: RuleContext): RuleGroup {
  return context.group('telemetry', [
    ...lossAlerts(context),
    ...exportAlerts(context),
    ...setUpAlerts(context),
    secretsCensored(context),
  ]);
}

function lossAlerts(context: RuleContext): readonly Rule[] {
  const { duration, alert } = context;
  const range = duration(LOST_SECONDS);
  const gained = (counter: string): string => `increase(${counter}[${range}])`;
  const lost = (by: readonly string[], counter: string): string =>
    `${aggregate('sum', by, gained(counter))} > 0`;
  /** Of counters that have a series for what was lost only, as one at 0 for each metric would cost more than it says. */
  const known = pageKnown(LOST_SECONDS, context);
  const lostAtFirst = (by: readonly string[], counter: string): string =>
    `${aggregate('sum', by, increaseFromFirst(counter, LOST_SECONDS, known, context))} > 0`;
  const logLabels = [...serviceLabels, 'destination', 'reason'];
  const itemLabels = [...serviceLabels, 'reason', 'signal'];
  const metricLabels = [...serviceLabels, 'metric'];
  const ruleLabels = [...serviceLabels, 'rule'];
  return [
    alert({
      name: 'LogLinesDropped',
      severity: 'warning',
      expr: lost(logLabels, series('sightline_log_lines_dropped_total')),
      forSeconds: 0,
      summary: `{{ $labels.job }} dropped ${counted('log line')} on the way to ${theDestination} in 10 minutes`,
      description:
        `They were lost because ${theReason}. Users notice nothing; whoever looks for what happened to one of them may find` +
        ' nothing either.',
      resultLabels: logLabels,
      dashboard: 'telemetry',
    }),
    alert({
      name: 'TelemetryDropped',
      severity: 'warning',
      // What was not sampled is not lost, but `not_held` is: a trace that failed and had already been let go of.
      expr: lost(itemLabels, series('sightline_export_dropped_items_total')),
      forSeconds: 0,
      summary: `{{ $labels.job }} dropped ${theItems} in 10 minutes`,
      description:
        `They were lost because ${theReason}. Users notice nothing; links from alerts and logs may lead to traces that are` +
        ' not whole.',
      resultLabels: itemLabels,
      dashboard: 'telemetry',
    }),
    alert({
      name: 'SeriesRefused',
      severity: 'warning',
      expr: lostAtFirst(metricLabels, series('sightline_series_refused_total')),
      forSeconds: 0,
      summary: `{{ $labels.metric }} of {{ $labels.job }} has too many label sets: ${counted('observation')} refused`,
      description:
        'A label takes values without an end, and the metric stopped at its bound. Sums stay right; what is new in the last' +
        ' 10 minutes cannot be told apart.',
      resultLabels: metricLabels,
      dashboard: 'telemetry',
    }),
    alert({
      name: 'ObservationsDropped',
      severity: 'warning',
      expr: lostAtFirst([...metricLabels, 'reason'], series('sightline_observations_dropped_total')),
      forSeconds: 0,
      summary: `{{ $labels.metric }} of {{ $labels.job }} lost ${counted('observation')} in 10 minutes`,
      description:
        `They were lost because ${theReason}. What this metric shows is less than what happened; alerts on it may stay` +
        ' silent.',
      resultLabels: [...metricLabels, 'reason'],
      dashboard: 'telemetry',
    }),
    alert({
      name: 'RedactionFailing',
      severity: 'warning',
      expr: lost(ruleLabels, series('sightline_redaction_failures_total')),
      forSeconds: 0,
      summary: `The redaction rule {{ $labels.rule }} of {{ $labels.job }} failed ${counted('time')} in 10 minutes`,
      description:
        'What it alone would have found was not censored there, and may stand in the logs. The other rules hold: names and' +
        ' tokens that Sightline knows are censored.',
      resultLabels: ruleLabels,
      dashboard: 'telemetry',
    }),
  ];
}

function exportAlerts({ options, alert, duration }: RuleContext): readonly Rule[] {
  const { exportSilenceSeconds, spoolUsedRatio } = options.thresholds;
  const signalLabels = [...serviceLabels, 'instance', 'signal'];
  const failures = `increase(${series('sightline_export_failures_total')}[${duration(LOST_SECONDS)}])`;
  const silence = `time() - ${aggregate('max', signalLabels, series('sightline_export_last_success_timestamp_seconds'))}`;
  const spoolLabels = [...serviceLabels, 'destination', 'instance'];
  return [
    alert({
      name: 'ExporterFailing',
      severity: 'warning',
      // The time alone says nothing: a service without requests has nothing to export.
      expr:
        `${silence} > ${exportSilenceSeconds * options.timeScaleRatio}` +
        ` and ${aggregate('sum', signalLabels, failures)} > 0`,
      forSeconds: 60,
      summary: '{{ $labels.job }} has exported no {{ $labels.signal }} for {{ $value | humanizeDuration }}',
      description:
        `On {{ $labels.instance }} every export has failed for more than ${durationText(exportSilenceSeconds)}. Users notice` +
        ' nothing; what waits is dropped when its queue is full.',
      resultLabels: signalLabels,
      dashboard: 'telemetry',
    }),
    alert({
      name: 'LogSpoolFilling',
      severity: 'warning',
      expr: `${series('sightline_log_spool_bytes')} / ${series('sightline_log_spool_limit_bytes')} > ${spoolUsedRatio}`,
      forSeconds: 120,
      summary:
        '{{ $labels.job }} has filled {{ $value | humanizePercentage }} of its disk space for log lines',
      description:
        `Lines for ${theDestination} wait on {{ $labels.instance }}, more than ${percentText(spoolUsedRatio)} of what` +
        ' may, because it does not take them. Once it is full, lines are dropped.',
      resultLabels: spoolLabels,
      dashboard: 'telemetry',
    }),
  ];
}

function setUpAlerts({ alert }: RuleContext): readonly Rule[] {
  return [
    alert({
      name: 'OptionsWrong',
      severity: 'info',
      expr: `${aggregate('max', serviceLabels, series('sightline_option_problems'))} > 0`,
      forSeconds: 300,
      summary: `{{ $labels.job }} was started with ${counted('wrong option')}`,
      description:
        'In their place the defaults hold, so the service runs, but not as it was meant to be observed. The lines of its' +
        ' start name each option and how to write it.',
      resultLabels: serviceLabels,
      dashboard: 'telemetry',
    }),
  ];
}

/**
 * What the logger counts while it censors, wherever its lines go: a rule over lines would read an hour of all of them, and see
 * nothing of what stands beside those that came by OTLP.
 */
function secretsCensored({ options, duration, alert }: RuleContext): Rule {
  const { redactedPerSecond, redactedIncreaseRatio } = options.thresholds;
  const censored = series('sightline_redacted_values_total');
  const rate = (seconds: number, offset = ''): string =>
    aggregate('sum', serviceLabels, `rate(${censored}[${duration(seconds)}]${offset})`);
  const now = rate(RATE_SECONDS);
  const before = rate(HOUR_SECONDS, ` offset ${duration(RATE_SECONDS)}`);
  return alert({
    name: 'SecretsCensored',
    severity: 'info',
    expr:
      `${now} > ${redactedPerSecond} unless on (${labelList(serviceLabels)})` +
      ` ${now} <= ${redactedIncreaseRatio} * ${before}`,
    forSeconds: 0,
    summary: '{{ $labels.job }} logs {{ $value | printf "%.1f" }} secrets a second, which are censored',
    description:
      `More than ${redactedPerSecond} a second, and more than ${redactedIncreaseRatio} times as many as in the hour before.` +
      ' Nothing leaked, but something has begun to log secrets, and elsewhere nothing may censor them.',
    resultLabels: serviceLabels,
    dashboard: 'telemetry',
  });
}
