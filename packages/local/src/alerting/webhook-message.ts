import type { Labels } from '@sightline/query';
import { type Alert, fingerprintOf, isFiring } from './alert.ts';
import type { Notification } from './dispatcher.ts';

/** What a webhook gets. Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface WebhookMessage {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: string;
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Labels;
    readonly annotations: Labels;
    /** RFC 3339. */
    readonly startsAt: string;
    /** RFC 3339; the year 1 while it fires. */
    readonly endsAt: string;
    readonly generatorURL: string;
    readonly fingerprint: string;
  }[];
}

/** Go's zero time. */
const NEVER = '0001-01-01T00:00:00Z';

/**
 * What is alike, and whether any fires, is of the alerts in it, as of Alertmanager: of those that are left out nobody is told.
 *
 * @param maxAlerts most alerts in it; 0 is no bound
 */
export function webhookMessage(
  notification: Notification,
  externalUrl: string,
  maxAlerts: number,
): WebhookMessage {
  const { alerts, timeMs } = notification;
  const shown = maxAlerts > 0 ? alerts.slice(0, maxAlerts) : alerts;
  return {
    version: '4',
    groupKey: notification.groupKey,
    truncatedAlerts: alerts.length - shown.length,
    status: shown.some((alert) => isFiring(alert, timeMs)) ? 'firing' : 'resolved',
    receiver: notification.receiver,
    groupLabels: notification.groupLabels,
    commonLabels: common(shown.map(({ labels }) => labels)),
    commonAnnotations: common(shown.map(({ annotations }) => annotations)),
    externalURL: externalUrl,
    alerts: shown.map((alert) => messageAlert(alert, timeMs)),
  };
}

function messageAlert(alert: Alert, nowMs: number): WebhookMessage['alerts'][number] {
  const fires = isFiring(alert, nowMs);
  return {
    status: fires ? 'firing' : 'resolved',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: new Date(alert.startsAtMs).toISOString(),
    endsAt: fires ? NEVER : new Date(alert.endsAtMs).toISOString(),
    generatorURL: alert.generatorUrl,
    fingerprint: fingerprintOf(alert.labels),
  };
}

/** What all have alike. */
function common(sets: readonly Labels[]): Labels {
  const [first = {}, ...rest] = sets;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((set) => set[name] === value)),
  );
}
