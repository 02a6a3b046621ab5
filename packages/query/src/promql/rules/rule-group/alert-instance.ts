import type { Labels } from '../../../labels.ts';
import type { AlertingRule } from '../rule-file/rule.ts';
import type { SavedSample } from './rule-io.ts';
import { withoutEmpty } from './rule-io.ts';

/** One series that an alert is about. Times are since 1970 [ms]. */
export interface AlertInstance {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Of the expression when it held last; 0 for a histogram. */
  readonly value: number;
  /** `inactive`: it has fired and has been resolved, and is kept for a while so that everybody hears of it. */
  readonly state: 'pending' | 'firing' | 'inactive';
  /** When the expression began to hold. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  /** When the expression ended to hold, while the alert fires on. */
  readonly keepFiringSinceMs: number | undefined;
  readonly lastSentAtMs: number | undefined;
}

/** How long a resolved alert is told of again [ms]. */
const RESOLVED_RETENTION_MS = 15 * 60_000;

/** An alert at a series that begins to hold. */
export function beginAlert(
  labels: Labels,
  annotations: Labels,
  value: number,
  timeMs: number,
): AlertInstance {
  return {
    labels,
    annotations,
    value,
    state: 'pending',
    activeAtMs: timeMs,
    firedAtMs: undefined,
    resolvedAtMs: undefined,
    keepFiringSinceMs: undefined,
    lastSentAtMs: undefined,
  };
}

function fireOrWait(alert: AlertInstance, rule: AlertingRule, timeMs: number): AlertInstance {
  const heldMs = timeMs - alert.activeAtMs;
  if (alert.state === 'pending' && heldMs >= rule.forMs)
    return { ...alert, state: 'firing', firedAtMs: timeMs };
  // After a restoration, or with a longer `for` than before.
  if (alert.state === 'firing' && heldMs < rule.forMs) {
    return {
      ...alert,
      state: 'pending',
      firedAtMs: undefined,
      lastSentAtMs: undefined,
      keepFiringSinceMs: undefined,
    };
  }
  return alert;
}

/** What becomes of an alert whose expression holds. */
export function keepAlert(alert: AlertInstance, rule: AlertingRule, timeMs: number): AlertInstance {
  return fireOrWait({ ...alert, keepFiringSinceMs: undefined }, rule, timeMs);
}

/** What becomes of an alert whose expression does not hold any more; undefined when it is forgotten. */
export function endAlert(
  alert: AlertInstance,
  rule: AlertingRule,
  timeMs: number,
): AlertInstance | undefined {
  if (alert.state === 'pending') return undefined;
  if (alert.state === 'inactive') {
    const isOld = timeMs - alert.resolvedAtMs! > RESOLVED_RETENTION_MS;
    return isOld ? undefined : alert;
  }
  if (rule.keepFiringForMs > 0) {
    const keepFiringSinceMs = alert.keepFiringSinceMs ?? timeMs;
    const kept = { ...alert, keepFiringSinceMs };
    if (timeMs - keepFiringSinceMs < rule.keepFiringForMs) return fireOrWait(kept, rule, timeMs);
    return { ...kept, state: 'inactive', resolvedAtMs: timeMs };
  }
  return { ...alert, state: 'inactive', resolvedAtMs: timeMs };
}

/** Whether Alertmanager has to hear of it (again). */
export function needsSending(alert: AlertInstance, timeMs: number, resendDelayMs: number): boolean {
  if (alert.state === 'pending') return false;
  if (alert.lastSentAtMs === undefined) return true;
  if (alert.resolvedAtMs !== undefined && alert.resolvedAtMs > alert.lastSentAtMs) return true;
  return alert.lastSentAtMs + resendDelayMs < timeMs;
}

/** The series that tell of an alert: `ALERTS`, and `ALERTS_FOR_STATE` with the time it began at [s]. */
export function alertSeries(
  alert: AlertInstance,
  rule: AlertingRule,
  timeMs: number,
): readonly SavedSample[] {
  const labels = { ...rule.labels, ...alert.labels, alertname: rule.alert };
  return [
    {
      labels: withoutEmpty({ ...labels, __name__: 'ALERTS', alertstate: alert.state }),
      timeMs,
      value: 1,
    },
    {
      labels: withoutEmpty({ ...labels, __name__: 'ALERTS_FOR_STATE' }),
      timeMs,
      value: Math.floor(alert.activeAtMs / 1000),
    },
  ];
}
