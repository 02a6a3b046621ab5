import type { Labels } from '../../../labels.ts';
import { expandAlertTemplate } from '../alert-template/expand.ts';
import type { AlertingRule } from '../rule-file/rule.ts';
import {
  type AlertInstance,
  alertSeries,
  beginAlert,
  endAlert,
  keepAlert,
  needsSending,
} from './alert-instance.ts';
import {
  type EvaluateExpression,
  type RuleSample,
  type SavedSample,
  labelsKey,
  withoutEmpty,
} from './rule-io.ts';

/** What an alerting rule is evaluated with. */
export interface AlertingContext {
  readonly evaluate: EvaluateExpression;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  readonly serverUrl: string | undefined;
}

/** When, how far back, and how much at most. */
export interface EvaluationPoint {
  /** Since 1970 [ms]. */
  readonly timeMs: number;
  readonly queryOffsetMs: number;
  /** 0 for none. */
  readonly limit: number;
}

/** The alerts of one rule through time. */
export interface AlertingState {
  evaluate(point: EvaluationPoint): Promise<readonly SavedSample[]>;
  /** Those that Alertmanager has to hear of; they count as told from then on. */
  takeUnsent(timeMs: number, resendDelayMs: number): readonly AlertInstance[];
  alerts(): readonly AlertInstance[];
  /** Changes when alerts began: after a restart. */
  restore(activeAtMs: (alert: AlertInstance) => number | undefined): void;
  readonly isRestored: boolean;
  /** Goes on with the alerts of the same rule before a reload. */
  adopt(alerts: readonly AlertInstance[]): void;
}

/** @throws {Error} when two series would have the same labels */
async function readAlerts(
  rule: AlertingRule,
  context: AlertingContext,
  samples: readonly RuleSample[],
  timeMs: number,
): Promise<ReadonlyMap<string, AlertInstance>> {
  const alerts = new Map<string, AlertInstance>();
  for (const sample of samples) {
    const expand = (text: string): Promise<string> =>
      expandAlertTemplate(text, {
        alert: rule.alert,
        sample,
        externalLabels: context.externalLabels,
        externalUrl: context.externalUrl,
        serverUrl: context.serverUrl,
        timeMs,
        query: context.evaluate,
      });
    // oxlint-disable-next-line no-await-in-loop -- templates may ask queries: one after the other, not all at once
    const own = await expandAll(rule.labels, expand);
    // oxlint-disable-next-line no-await-in-loop -- see above
    const annotations = await expandAll(rule.annotations, expand);
    const { __name__: _name, ...series } = sample.labels;
    const labels = withoutEmpty({ ...series, ...own, alertname: rule.alert });
    const key = labelsKey(labels);
    if (alerts.has(key))
      throw new Error('vector contains metrics with the same labelset after applying alert labels');
    const value = typeof sample.value === 'number' ? sample.value : 0;
    alerts.set(key, beginAlert(labels, annotations, value, timeMs));
  }
  return alerts;
}

async function expandAll(texts: Labels, expand: (text: string) => Promise<string>): Promise<Labels> {
  const entries: [string, string][] = [];
  for (const [name, text] of Object.entries(texts)) {
    // oxlint-disable-next-line no-await-in-loop -- see above
    entries.push([name, await expand(text)]);
  }
  return Object.fromEntries(entries);
}

/**
 * The state machine of one alerting rule: an alert is pending from when its expression holds, fires when that has lasted
 * for `for`, and after it has ended is kept as resolved for 15 minutes.
 *
 * @param isRestored whether it needs no restoration; until then it saves no series
 */
export function createAlertingState(
  rule: AlertingRule,
  context: AlertingContext,
  isRestored: boolean,
): AlertingState {
  let active = new Map<string, AlertInstance>();
  let restored = isRestored;

  /** Brings every alert to the present; the result are those that are pending or fire. */
  function advance(held: ReadonlyMap<string, AlertInstance>, timeMs: number): readonly AlertInstance[] {
    for (const [key, alert] of held) {
      const known = active.get(key);
      const isKnown = known !== undefined && known.state !== 'inactive';
      active.set(key, isKnown ? { ...known, value: alert.value, annotations: alert.annotations } : alert);
    }
    const shown: AlertInstance[] = [];
    for (const [key, alert] of active) {
      const next = held.has(key) ? keepAlert(alert, rule, timeMs) : endAlert(alert, rule, timeMs);
      if (next === undefined) active.delete(key);
      else active.set(key, next);
      if (next !== undefined && next.state !== 'inactive') shown.push(next);
    }
    return shown;
  }

  return {
    async evaluate({ timeMs, queryOffsetMs, limit }) {
      const evaluatedMs = timeMs - queryOffsetMs;
      const samples = await context.evaluate(rule.expression, evaluatedMs);
      const shown = advance(await readAlerts(rule, context, samples, timeMs), timeMs);
      if (limit > 0 && shown.length > limit) {
        active = new Map();
        throw new Error(`exceeded limit of ${limit} with ${shown.length} alerts`);
      }
      return restored ? shown.flatMap((alert) => alertSeries(alert, rule, evaluatedMs)) : [];
    },
    takeUnsent(timeMs, resendDelayMs) {
      const unsent: AlertInstance[] = [];
      for (const [key, alert] of active) {
        if (!needsSending(alert, timeMs, resendDelayMs)) continue;
        const sent = { ...alert, lastSentAtMs: timeMs };
        active.set(key, sent);
        unsent.push(sent);
      }
      return unsent;
    },
    alerts: () => Array.from(active.values()),
    restore(activeAtMs) {
      for (const [key, alert] of active) {
        const restoredMs = activeAtMs(alert);
        if (restoredMs !== undefined) active.set(key, { ...alert, activeAtMs: restoredMs });
      }
      restored = true;
    },
    get isRestored() {
      return restored;
    },
    adopt(alerts) {
      for (const alert of alerts) active.set(labelsKey(alert.labels), alert);
    },
  };
}
