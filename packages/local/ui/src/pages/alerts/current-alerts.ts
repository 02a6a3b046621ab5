import type { Alert } from '../../api/alertmanager.ts';
import type { Labels, PrometheusAlert } from '../../api/prometheus.ts';

/** One alert as a person wants to know of it: whether it fires, since when, and whether anybody is told. */
export interface CurrentAlert {
  readonly key: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'firing' | 'pending' | 'silenced' | 'inhibited';
  /** Since 1970 [ms]. */
  readonly sinceMs: number;
  /** Of the expression, where Prometheus tells it. */
  readonly value: string | undefined;
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

/** The alert that is meant to fire always: it shows that alerts arrive. */
export const WATCHDOG = 'Watchdog';

const SEVERITIES = ['critical', 'error', 'warning', 'info', 'none'];
const STATES = ['firing', 'pending', 'inhibited', 'silenced'];

/** Labels in one order, to compare sets of them. */
function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * What Prometheus evaluates and what Alertmanager does with it, as one list, worst first.
 *
 * Alertmanager also has alerts of others, and Prometheus those that wait for their `for`; with external labels the same
 * alert has more labels in Alertmanager, so a set that contains the other's counts as the same.
 */
export function currentAlerts(
  evaluated: readonly PrometheusAlert[],
  routed: readonly Alert[],
): readonly CurrentAlert[] {
  const open = new Map(routed.map((alert) => [keyOf(alert.labels), alert]));
  const own = evaluated.map((alert): CurrentAlert => {
    const found =
      open.get(keyOf(alert.labels)) ?? [...open.values()].find((each) => contains(each.labels, alert.labels));
    if (found !== undefined) open.delete(keyOf(found.labels));
    return {
      key: keyOf(alert.labels),
      name: alert.labels['alertname'] ?? '',
      labels: alert.labels,
      annotations: alert.annotations,
      state: alert.state === 'pending' ? 'pending' : stateOf(found),
      sinceMs: Date.parse(alert.activeAt),
      value: alert.value,
      silencedBy: found?.status.silencedBy ?? [],
      inhibitedBy: found?.status.inhibitedBy ?? [],
    };
  });
  const others = [...open.values()].map((alert): CurrentAlert => ({
    key: keyOf(alert.labels),
    name: alert.labels['alertname'] ?? '',
    labels: alert.labels,
    annotations: alert.annotations,
    state: stateOf(alert),
    sinceMs: Date.parse(alert.startsAt),
    value: undefined,
    silencedBy: alert.status.silencedBy,
    inhibitedBy: alert.status.inhibitedBy,
  }));
  return [...own, ...others].toSorted(
    (one, other) => rank(one) - rank(other) || other.sinceMs - one.sinceMs || (one.key < other.key ? -1 : 1),
  );
}

function contains(all: Labels, some: Labels): boolean {
  return Object.entries(some).every(([name, value]) => all[name] === value);
}

function stateOf(alert: Alert | undefined): CurrentAlert['state'] {
  if (alert === undefined) return 'firing';
  if (alert.status.silencedBy.length > 0) return 'silenced';
  return alert.status.inhibitedBy.length > 0 ? 'inhibited' : 'firing';
}

function rank({ name, state, labels }: CurrentAlert): number {
  if (name === WATCHDOG) return 1000;
  const severity = SEVERITIES.indexOf(labels['severity'] ?? 'none');
  return STATES.indexOf(state) * 10 + (severity === -1 ? SEVERITIES.length : severity);
}
