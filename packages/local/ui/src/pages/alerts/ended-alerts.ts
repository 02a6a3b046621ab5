import type { Labels } from '../../api/prometheus.ts';
import type { NotificationRecord } from '../../api/stack.ts';
import { WATCHDOG } from './current-alerts.ts';

/** An alert that somebody was told of and that fires no more. */
export interface EndedAlert {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** When it was told of last [ms since 1970]. */
  readonly toldMs: number;
}

/** Longer ago is no longer “lately” [ms]. */
const LATELY_MS = 30 * 60_000;

/**
 * What was told of lately and is over, the newest first: whoever comes because of a message finds what it was about.
 *
 * @param active labels of the alerts that fire or wait now
 */
export function endedAlerts(
  records: readonly NotificationRecord[],
  active: readonly Labels[],
  nowMs: number,
): readonly EndedAlert[] {
  const seen = new Set(active.map(keyOf));
  return records
    .filter(({ timeMs }) => nowMs - timeMs < LATELY_MS)
    .toSorted((one, other) => other.timeMs - one.timeMs)
    .flatMap(({ timeMs, message }) => message.alerts.map((alert) => ({ ...alert, timeMs })))
    .flatMap(({ labels, annotations, timeMs }) => {
      const key = keyOf(labels);
      if (labels['alertname'] === WATCHDOG || seen.has(key)) return [];
      seen.add(key);
      return [{ name: labels['alertname'] ?? '', labels, annotations, toldMs: timeMs }];
    });
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
