import type { Labels } from '../../../labels.ts';
import type { SeriesSource } from '../../source.ts';
import { type AlertingRule, type Rule, type RuleGroup, ruleName } from '../rule-file/rule.ts';
import type { AlertInstance } from './alert-instance.ts';
import {
  type AlertingContext,
  type AlertingState,
  type EvaluationPoint,
  createAlertingState,
} from './alerting-rule.ts';
import { evaluateRecordingRule } from './recording-rule.ts';
import { restoreAlerts } from './restore.ts';
import { type EvaluateExpression, type SaveSamples, type SavedSample, labelsKey } from './rule-io.ts';

export interface RuleGroupOptions {
  readonly group: RuleGroup;
  readonly evaluate: EvaluateExpression;
  /** Where results go; recorded series and those of alerts are lost without it. */
  readonly save?: SaveSamples;
  /**
   * Where the series `ALERTS_FOR_STATE` of before a restart are read, after the second evaluation. Without it alerts
   * begin anew.
   */
  readonly restoreFrom?: SeriesSource;
  /** Labels of this Prometheus, for templates. Default none. */
  readonly externalLabels?: Labels;
  /** Where users find this Prometheus, for templates. Default "". */
  readonly externalUrl?: string;
  /** Whether the functions `externalURL` and `pathPrefix` fail in templates, as they do in promtool. Default false. */
  readonly withoutServer?: boolean;
  /** Shortest time between two notifications of the same alert [ms]. Default 60,000. */
  readonly resendDelayMs?: number;
  /** Between two evaluations, where the group does not say [ms]. Default 60,000. */
  readonly defaultIntervalMs?: number;
}

/** An alert that Alertmanager has to hear of. */
export interface AlertNotification {
  readonly rule: string;
  /** That of the rule: several of a group may have one name. */
  readonly expression: string;
  readonly alert: AlertInstance;
  /** When Alertmanager may take it as resolved if it hears nothing more, since 1970 [ms]. */
  readonly validUntilMs: number;
}

/** What happened in one evaluation of a group. */
export interface GroupEvaluation {
  /** Since 1970 [ms]. */
  readonly timeMs: number;
  /** Samples that rules resulted in, those that say a series has ended not counted. */
  readonly samples: number;
  readonly notifications: readonly AlertNotification[];
  /** Rules that failed, and why. */
  readonly errors: readonly RuleError[];
}

export interface RuleError {
  readonly rule: string;
  readonly message: string;
}

/** A rule and how it is. */
export interface RuleStatus {
  readonly rule: Rule;
  readonly health: 'unknown' | 'ok' | 'err';
  readonly lastError: string | undefined;
  /** Since 1970 [ms]; undefined before the first. */
  readonly lastEvaluationMs: number | undefined;
  /** What the last one took, the saving included [s]; 0 before the first. */
  readonly lastDurationSeconds: number;
  /** Of an alerting rule: the most urgent of its alerts. */
  readonly state: 'unknown' | 'inactive' | 'pending' | 'firing' | undefined;
  /** Of an alerting rule, resolved ones too. */
  readonly alerts: readonly AlertInstance[];
}

/** A group of rules through time. It has no clock: whoever has one calls `evaluate`. */
export interface RuleGroupEvaluator {
  readonly group: RuleGroup;
  readonly intervalMs: number;
  /**
   * Evaluates every rule, one after the other; a rule that fails does not stop the next.
   *
   * @param timeMs since 1970 [ms], later than the time before
   */
  evaluate(timeMs: number): Promise<GroupEvaluation>;
  rules(): readonly RuleStatus[];
  /** Goes on with what the same rules of an older group know, after a reload. */
  takeOver(previous: RuleGroupEvaluator): void;
}

interface RuleState {
  readonly rule: Rule;
  readonly alerting: AlertingState | undefined;
  /** The samples that it results in; throws when it fails. */
  readonly evaluate: (point: EvaluationPoint) => Promise<readonly SavedSample[]>;
  /** Series that the rule resulted in the time before, by their labels. */
  saved: ReadonlyMap<string, Labels>;
  lastError: string | undefined;
  lastEvaluationMs: number | undefined;
  lastDurationSeconds: number;
}

/** States of groups, for `takeOver`. */
const statesOf = new WeakMap<RuleGroupEvaluator, readonly RuleState[]>();

/** Endings of the series that came before and do not come any more. */
function endings(
  before: ReadonlyMap<string, Labels>,
  now: ReadonlyMap<string, Labels>,
  timeMs: number,
): readonly SavedSample[] {
  return Array.from(before)
    .filter(([key]) => !now.has(key))
    .map(([, labels]) => ({ labels, timeMs, value: 'stale' as const }));
}

function maximalState(alerts: readonly AlertInstance[]): 'inactive' | 'pending' | 'firing' {
  const states = new Set(alerts.map(({ state }) => state));
  if (states.has('firing')) return 'firing';
  return states.has('pending') ? 'pending' : 'inactive';
}

function sameRule(left: Rule, right: Rule): boolean {
  return (
    left.kind === right.kind &&
    ruleName(left) === ruleName(right) &&
    labelsKey(left.labels) === labelsKey(right.labels)
  );
}

/**
 * Evaluates a group of recording and alerting rules as Prometheus does.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
export function createRuleGroup(options: RuleGroupOptions): RuleGroupEvaluator {
  const { group, evaluate, save, restoreFrom, resendDelayMs = 60_000 } = options;
  const intervalMs = group.intervalMs ?? options.defaultIntervalMs ?? 60_000;
  const context: AlertingContext = {
    evaluate,
    externalLabels: options.externalLabels ?? {},
    externalUrl: options.externalUrl ?? '',
    serverUrl: options.withoutServer === true ? undefined : (options.externalUrl ?? ''),
  };
  function evaluationOf(rule: Rule): Pick<RuleState, 'alerting' | 'evaluate'> {
    if (rule.kind === 'recording')
      return { alerting: undefined, evaluate: (point) => evaluateRecordingRule(rule, evaluate, point) };
    const alerting = createAlertingState(rule, context, restoreFrom === undefined);
    return { alerting, evaluate: alerting.evaluate };
  }

  const states = group.rules.map((rule): RuleState => ({
    rule,
    ...evaluationOf(rule),
    saved: new Map(),
    lastError: undefined,
    lastEvaluationMs: undefined,
    lastDurationSeconds: 0,
  }));
  let evaluations = 0;
  /** Series of rules that are gone since a reload. */
  let orphans: readonly Labels[] = [];

  /** Evaluates a rule and saves what it results in; throws when it fails. */
  async function runRule(state: RuleState, point: EvaluationPoint): Promise<number> {
    state.lastEvaluationMs = point.timeMs;
    const samples = await state.evaluate(point);
    const saved = new Map(samples.map(({ labels }) => [labelsKey(labels), labels]));
    const ended = endings(state.saved, saved, point.timeMs - point.queryOffsetMs);
    state.saved = saved;
    const refused = await save?.([...samples, ...ended]);
    state.lastError = refused;
    return samples.length;
  }

  async function endOrphans(timeMs: number): Promise<void> {
    if (orphans.length === 0) return;
    await save?.(orphans.map((labels) => ({ labels, timeMs, value: 'stale' as const })));
    orphans = [];
  }

  async function restore(timeMs: number): Promise<void> {
    if (restoreFrom === undefined || evaluations !== 2) return;
    for (const { rule, alerting } of states) {
      if (alerting === undefined) continue;
      // oxlint-disable-next-line no-await-in-loop -- a restart must not ask for everything at once
      await restoreAlerts(rule as AlertingRule, alerting, restoreFrom, timeMs).catch(() =>
        alerting.restore(() => undefined),
      );
    }
  }

  const evaluator: RuleGroupEvaluator = {
    group,
    intervalMs,
    async evaluate(timeMs) {
      const point: EvaluationPoint = { timeMs, queryOffsetMs: group.queryOffsetMs, limit: group.limit };
      const notifications: AlertNotification[] = [];
      const errors: RuleError[] = [];
      const validUntilMs = timeMs + 4 * Math.max(intervalMs, resendDelayMs);
      let count = 0;
      for (const state of states) {
        const rule = ruleName(state.rule);
        const { expression } = state.rule;
        const startedMs = performance.now();
        try {
          // oxlint-disable-next-line no-await-in-loop -- a rule reads what those before it have saved
          count += await runRule(state, point);
          const unsent = state.alerting?.takeUnsent(timeMs, resendDelayMs) ?? [];
          notifications.push(...unsent.map((alert) => ({ rule, expression, alert, validUntilMs })));
        } catch (error) {
          state.lastError = error instanceof Error ? error.message : String(error);
        }
        state.lastDurationSeconds = (performance.now() - startedMs) / 1000;
        if (state.lastError !== undefined) errors.push({ rule, message: state.lastError });
      }
      await endOrphans(timeMs - group.queryOffsetMs);
      evaluations += 1;
      await restore(timeMs);
      return { timeMs, samples: count, notifications, errors };
    },
    rules: () =>
      states.map(({ rule, alerting, lastError, lastEvaluationMs, lastDurationSeconds }): RuleStatus => {
        const alerts = alerting?.alerts() ?? [];
        const isNew = lastEvaluationMs === undefined;
        const health = lastError === undefined ? 'ok' : 'err';
        return {
          rule,
          health: isNew ? 'unknown' : health,
          lastError,
          lastEvaluationMs,
          lastDurationSeconds,
          state: alerting && (isNew ? 'unknown' : maximalState(alerts)),
          alerts,
        };
      }),
    takeOver(previous) {
      const left = [...(statesOf.get(previous) ?? [])];
      for (const state of states) {
        const found = left.find(({ rule }) => sameRule(rule, state.rule));
        if (found === undefined) continue;
        left.splice(left.indexOf(found), 1);
        state.saved = found.saved;
        if (found.alerting === undefined) continue;
        state.alerting?.adopt(found.alerting.alerts());
        if (found.alerting.isRestored) state.alerting?.restore(() => undefined);
      }
      orphans = left.flatMap(({ saved }) => Array.from(saved.values()));
    },
  };
  statesOf.set(evaluator, states);
  return evaluator;
}
