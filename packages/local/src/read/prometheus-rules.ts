import { createHash } from 'node:crypto';
import type { AlertInstance, RuleGroupEvaluator, RuleStatus } from '@sightline/query/promql/rules';
import type { RuleFileGroups } from '../alerting/rule-runner.ts';
import { HttpError } from '../server/http-error.ts';
import type { Call } from '../server/route.ts';
import { compileMatcher } from '../store/compiled-matcher.ts';
import { selectorsOf } from './selectors.ts';

/** How Go writes a time that has not come yet. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';
/** How Go reads a yes or no. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['', '0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false])),
};

interface ShownGroup {
  readonly file: string;
  readonly group: RuleGroupEvaluator;
}

/**
 * What `/api/v1/rules` answers.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/#rules
 *
 * @throws {HttpError} 400
 */
export function rulesJson(call: Call, files: readonly RuleFileGroups[]): object {
  const { parameters } = call;
  const exclude = parameters.get('exclude_alerts') ?? '';
  const excludesAlerts = BOOLEANS[exclude];
  if (excludesAlerts === undefined) {
    const problem = `strconv.ParseBool: parsing ${JSON.stringify(exclude)}: invalid syntax`;
    throw refused('exclude_alerts', `error converting exclude_alerts: ${problem}`);
  }
  const wants = ruleFilter(call);
  const wantedFiles = parameters.getAll('file[]');
  const wantedGroups = parameters.getAll('rule_group[]');
  const shown = files
    .filter(({ file }) => wantedFiles.length === 0 || wantedFiles.includes(file))
    .flatMap(({ file, groups }) => groups.map((group): ShownGroup => ({ file, group })))
    .filter(({ group }) => wantedGroups.length === 0 || wantedGroups.includes(group.group.name));
  const { page, next } = pageOf(parameters, shown);
  return {
    groups: page
      .map(({ file, group }) => groupJson(file, group, wants, !excludesAlerts))
      .filter(({ rules }) => rules.length > 0),
    ...(next !== undefined && { groupNextToken: next }),
  };
}

/** What `/api/v1/alerts` answers. */
export function alertsJson(files: readonly RuleFileGroups[]): object {
  return {
    alerts: files
      .flatMap(({ groups }) => groups)
      .flatMap((group) => group.rules())
      .flatMap(({ alerts }) => shownAlerts(alerts)),
  };
}

function ruleFilter(call: Call): (status: RuleStatus) => boolean {
  const { parameters } = call;
  const type = (parameters.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record')
    throw refused('type', `not supported value ${JSON.stringify(parameters.get('type'))}`);
  const names = parameters.getAll('rule_name[]');
  const selectors = selectorsOf(call).map((matchers) => matchers.map(compileMatcher));
  return ({ rule }) => {
    const name = rule.kind === 'alerting' ? rule.alert : rule.record;
    return (
      (type === '' || type === (rule.kind === 'alerting' ? 'alert' : 'record')) &&
      (names.length === 0 || names.includes(name)) &&
      (selectors.length === 0 || selectors.some((tests) => tests.every((fits) => fits(rule.labels))))
    );
  };
}

/** So many groups as `group_limit` says, from the one on that `group_next_token` names. */
function pageOf(
  parameters: URLSearchParams,
  groups: readonly ShownGroup[],
): { readonly page: readonly ShownGroup[]; readonly next?: string | undefined } {
  const limitText = parameters.get('group_limit') ?? '';
  const token = parameters.get('group_next_token') ?? '';
  if (limitText === '') {
    if (token === '') return { page: groups };
    throw refused('group_next_token', 'group_limit needs to be present in order to paginate over the groups');
  }
  if (!/^[+-]?\d+$/.test(limitText)) {
    const problem = `strconv.ParseInt: parsing ${JSON.stringify(limitText)}: invalid syntax`;
    throw refused('group_limit', `group_limit needs to be a valid number: ${problem}`);
  }
  const limit = Number(limitText);
  if (limit <= 0) throw refused('group_limit', 'group_limit needs to be greater than 0');
  const from = token === '' ? 0 : groups.findIndex((each) => tokenOf(each) === token);
  if (from === -1)
    throw refused('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`);
  const next = groups[from + limit];
  return { page: groups.slice(from, from + limit), next: next && tokenOf(next) };
}

function tokenOf({ file, group }: ShownGroup): string {
  return createHash('sha1').update(`${file};${group.group.name}`).digest('hex');
}

function refused(parameter: string, problem: string): HttpError {
  return new HttpError(400, `invalid parameter "${parameter}": ${problem}`);
}

function groupJson(
  file: string,
  group: RuleGroupEvaluator,
  wants: (status: RuleStatus) => boolean,
  withAlerts: boolean,
): { readonly rules: readonly object[] } {
  const statuses = group.rules();
  const lastMs = Math.max(0, ...statuses.map(({ lastEvaluationMs }) => lastEvaluationMs ?? 0));
  const header = {
    name: group.group.name,
    file,
    interval: group.intervalMs / 1000,
    limit: group.group.limit,
    evaluationTime: statuses.reduce((sum, { lastDurationSeconds }) => sum + lastDurationSeconds, 0),
    lastEvaluation: lastMs === 0 ? ZERO_TIME : new Date(lastMs).toISOString(),
  };
  return { ...header, rules: statuses.filter(wants).map((each) => ruleJson(each, withAlerts)) };
}

function ruleJson(status: RuleStatus, withAlerts: boolean): object {
  const { rule, health, lastError, lastEvaluationMs, lastDurationSeconds, state, alerts } = status;
  const shared = {
    query: rule.expression,
    labels: rule.labels,
    health,
    ...(lastError !== undefined && { lastError }),
    evaluationTime: lastDurationSeconds,
    lastEvaluation: lastEvaluationMs === undefined ? ZERO_TIME : new Date(lastEvaluationMs).toISOString(),
  };
  if (rule.kind === 'recording') return { name: rule.record, ...shared, type: 'recording' };
  return {
    state,
    name: rule.alert,
    ...shared,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    annotations: rule.annotations,
    ...(withAlerts && { alerts: shownAlerts(alerts) }),
    type: 'alerting',
  };
}

/** Those that are over are Alertmanager's concern. */
function shownAlerts(alerts: readonly AlertInstance[]): readonly object[] {
  return alerts
    .filter(({ state }) => state !== 'inactive')
    .map(({ labels, annotations, state, activeAtMs, value }) => ({
      labels,
      annotations,
      state,
      activeAt: new Date(activeAtMs).toISOString(),
      value: scientificNumber(value),
    }));
}

/** As Go's `strconv.FormatFloat(value, 'e', -1, 64)`: `7e+00`. */
function scientificNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = value.toExponential().replace(/([+-])(\d)$/, '$10$2');
  return Object.is(value, -0) ? `-${text}` : text;
}
