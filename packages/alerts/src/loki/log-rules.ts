import { type LogFieldName, type LokiLabelName, errorLines, logFieldStages } from '@sightline/conventions';
import type { AlertOptions } from '../options.ts';
import { resolveAlertOptions } from '../resolve-options.ts';
import { aggregate, labelList, noneOf, selector } from '../promql.ts';
import { type Rule, type RuleContext, type RuleGroup, createRuleContext } from '../rule.ts';
import { counted } from '../words.ts';

/** What stands for the service in Loki. */
const serviceLabels: readonly LokiLabelName[] = ['deployment_environment_name', 'service_name'];
const SPIKE_SECONDS = 300;
const NEW_SECONDS = 600;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/**
 * Every rule for the ruler of Loki.
 *
 * @param options thresholds, links, scale; as for `alertRules`
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong
 */
export function logRules(options?: AlertOptions): RuleGroup {
  const context = createRuleContext(resolveAlertOptions(options));
  return context.group('logs', [
    ...fingerprintAlerts(context),
    auditFailures(context),
    logSilence(context),
    secretsInLogs(context),
  ]);
}

/** The streams of every service, or of those that a matcher leaves. */
function streams(matchers: Readonly<Partial<Record<LokiLabelName, string>>> = {}): string {
  return selector('', { service_name: '=~.+', ...matchers });
}

/** Lines in a range, counted by labels. */
function count(by: readonly string[], pipeline: string, range: string, offset = ''): string {
  return aggregate('sum', by, `count_over_time(${pipeline} [${range}]${offset})`);
}

/** The value of a field, as a label of that name; a dot in a field is a step into an object. */
function field(name: LogFieldName, label: string): string {
  return `json ${label}="${name}"`;
}

function fingerprintAlerts({ options, duration, alert }: RuleContext): readonly Rule[] {
  const { errorLogsPerFingerprint, errorLogsIncreaseRatio, newFingerprintLines } = options.thresholds;
  const by = [...serviceLabels, 'fingerprint'];
  const fingerprint = logFieldStages({ fingerprint: 'err.fingerprint' });
  const lines = `${streams({ level: errorLines.matcher })} | ${errorLines.stage} | ${fingerprint} | fingerprint != ""`;
  const errors = (seconds: number, offset?: string): string => count(by, lines, duration(seconds), offset);
  const now = errors(SPIKE_SECONDS);
  const before = errors(HOUR_SECONDS, ` offset ${duration(SPIKE_SECONDS)}`);
  const factor = (errorLogsIncreaseRatio * SPIKE_SECONDS) / HOUR_SECONDS;
  return [
    alert({
      name: 'ErrorLogSpike',
      severity: 'warning',
      expr: `${now} > ${errorLogsPerFingerprint} unless on (${labelList(by)}) ${now} <= ${factor} * ${before}`,
      forSeconds: 0,
      summary: `{{ $labels.service_name }} logged the same error ${counted('time')} in 5 minutes`,
      description:
        `More than ${errorLogsPerFingerprint} lines have the fingerprint {{ $labels.fingerprint }}, and more than` +
        ` ${errorLogsIncreaseRatio} times as many as in the hour before. Most such lines are a request that failed.`,
      resultLabels: by,
      serviceLabel: 'service_name',
      dashboard: 'logs',
    }),
    alert({
      name: 'NewErrorFingerprint',
      severity: 'info',
      expr:
        `${errors(NEW_SECONDS)} >= ${newFingerprintLines} unless on (${labelList(by)})` +
        ` ${errors(DAY_SECONDS, ` offset ${duration(NEW_SECONDS)}`)} > 0`,
      forSeconds: 0,
      summary: `{{ $labels.service_name }} logs an error that is new: ${counted('time')} in 10 minutes`,
      description:
        'The fingerprint {{ $labels.fingerprint }} was in no line of the day before. Users may have met an error that nobody' +
        ' knows yet.',
      resultLabels: by,
      serviceLabel: 'service_name',
      dashboard: 'logs',
    }),
  ];
}

function auditFailures({ options, duration, alert }: RuleContext): Rule {
  const { auditFailures: most } = options.thresholds;
  // In the line, and beside it where it came by OTLP.
  const records = [`|= \`"audit":true\` | ${field('outcome', 'outcome')}`, '| audit = "true"'];
  const failures = records
    .map((each) => `${streams()} ${each} | outcome =~ "failure|denied"`)
    .map((lines) => count(serviceLabels, lines, duration(SPIKE_SECONDS)));
  return alert({
    name: 'AuditFailures',
    severity: 'warning',
    expr: `(${failures.join(' or ')}) >= ${most}`,
    forSeconds: 0,
    summary: `{{ $labels.service_name }} refused or failed ${counted('audited action')} in 5 minutes`,
    description:
      `${most} audit records with the outcome failure or denied in 5 minutes are more than typing errors. Somebody may be` +
      ' guessing, or a permission was taken away that users need.',
    resultLabels: serviceLabels,
    serviceLabel: 'service_name',
    dashboard: 'logs',
  });
}

function logSilence({ options, duration, alert }: RuleContext): Rule {
  const silence = duration(NEW_SECONDS);
  // Of a stream there must be a matcher that nothing does not meet, so the others are left out behind it.
  const passing = noneOf(options.transientServices);
  const staying = passing === undefined ? '' : ` | service_name !~ ${JSON.stringify(passing.slice(2))}`;
  return alert({
    name: 'LogSilence',
    severity: 'warning',
    expr:
      count(serviceLabels, `${streams()}${staying}`, duration(HOUR_SECONDS), ` offset ${silence}`) +
      ` >= ${options.thresholds.minLogLinesBefore} unless on (${labelList(serviceLabels)})` +
      ` ${count(serviceLabels, streams(), silence)} > 0`,
    forSeconds: 0,
    summary: `{{ $labels.service_name }} has logged nothing for 10 minutes, after ${counted('line')} in the hour before`,
    description:
      'Either the service is gone, or it gets no requests, or its lines do not arrive. In each case users may be without' +
      ' answers and no log will say so.',
    resultLabels: serviceLabels,
    serviceLabel: 'service_name',
    dashboard: 'logs',
  });
}

/**
 * What the logger says in lines of its own when nobody reads its counts; of a service with metrics, SecretsCensored is made of
 * these. Other than `[REDACTED]` itself, such a line is there once a minute, and a filter finds it.
 */
function secretsInLogs({ options, duration, alert }: RuleContext): Rule {
  const { redactedPerSecond, redactedIncreaseRatio } = options.thresholds;
  const lines =
    `${streams()} |= \`"redacted_values":\` | ${field('redacted_values', 'redacted_values')}` +
    ' | unwrap redacted_values | __error__ = ""';
  const values = (seconds: number): string =>
    aggregate('sum', serviceLabels, `sum_over_time(${lines} [${duration(seconds)}])`);
  const now = values(SPIKE_SECONDS);
  // With those of now: the grammar of Grafana's editor has no offset behind an unwrap.
  const hour = values(HOUR_SECONDS + SPIKE_SECONDS);
  const most = redactedPerSecond * SPIKE_SECONDS * options.timeScaleRatio;
  const factor = (redactedIncreaseRatio * SPIKE_SECONDS) / HOUR_SECONDS;
  return alert({
    name: 'SecretsInLogs',
    severity: 'info',
    expr: `${now} > ${most} unless on (${labelList(serviceLabels)}) ${now} <= ${factor / (1 + factor)} * ${hour}`,
    forSeconds: 0,
    summary: `{{ $labels.service_name }} logs secrets, which are censored: ${counted('value')} in 5 minutes`,
    description:
      `More than ${redactedPerSecond} a second, and more than ${redactedIncreaseRatio} times as many as in the hour before.` +
      ' Nothing leaked, but something has begun to log secrets, and elsewhere nothing may censor them.',
    resultLabels: serviceLabels,
    serviceLabel: 'service_name',
    dashboard: 'logs',
  });
}
