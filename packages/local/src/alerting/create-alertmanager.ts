import type { Labels } from '@sightline/query';
import { withoutEmpty } from '../store/series/without-empty.ts';
import { type Alert, fingerprintOf, isFiring } from './alert.ts';
import type { AlertmanagerConfig } from './alertmanager-config.ts';
import { type AlertGroup, type Notification, createDispatcher } from './dispatcher.ts';
import { createInhibitor } from './inhibition.ts';
import { type RouteNode, routesOf } from './route-tree.ts';
import { type Silences, createSilences } from './silences.ts';
import { isInside } from './time-intervals.ts';
import { type ToldFile, createToldLog } from './told-log.ts';

/** An alert as it is sent: what is left out is filled in as Alertmanager does. */
export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  /** Since 1970 [ms]. */
  readonly startsAtMs?: number | undefined;
  readonly endsAtMs?: number | undefined;
  readonly generatorUrl?: string;
}

/** Why an alert is told nobody now. */
export interface AlertStatus {
  readonly state: 'active' | 'suppressed' | 'unprocessed';
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

/** Alertmanager's part: which alerts there are, who is told of them, and when. It has no clock. */
export interface Alertmanager {
  readonly config: AlertmanagerConfig;
  readonly silences: Silences;
  /** Takes alerts, those that are over among them. */
  post(alerts: readonly PostedAlert[], nowMs: number): void;
  /** What receivers are to be told now; each is to be acknowledged by `sent`, or it comes again. */
  tick(nowMs: number): readonly Notification[];
  sent(notification: Notification): void;
  /** When `tick` has something to do next, since 1970 [ms]. */
  nextMs(): number;
  /** Those that are not over. */
  alerts(nowMs: number): readonly Alert[];
  status(alert: Alert, nowMs: number): AlertStatus;
  groups(): readonly AlertGroup[];
  receiversOf(labels: Labels): readonly string[];
}

/** Most alerts that are kept; a runaway rule makes no more than this. */
const MAX_ALERTS = 10_000;
/** How long one that is over can still be seen [ms]. */
const GONE_MS = 60_000;
/**
 * An alert of which somebody was told before a restart is over when nothing is heard of it for so long [ms]: rules with a
 * `for` of less than 10 minutes wait anew, as in Prometheus.
 */
const HELD_MS = 900_000;

/** What is known of before a restart. */
interface Before {
  /** Who was told what. */
  readonly told: ToldFile;
  /** When this process began, since 1970 [ms]. */
  readonly nowMs: number;
}

export function createAlertmanager(
  config: AlertmanagerConfig,
  silences: Silences = createSilences(),
  before?: Before,
): Alertmanager {
  const alerts = new Map<string, Alert>();
  const log = createToldLog(before?.told, before?.nowMs);
  const heldUntilMs = (before?.nowMs ?? 0) + HELD_MS;
  /** Alerts of before a restart that nothing has been heard of since: they are shown nowhere, and mute no others. */
  const held = new Map<string, Alert>();
  for (const told of log.all())
    for (const alert of told.alerts)
      held.set(fingerprintOf(alert.labels), { ...alert, endsAtMs: heldUntilMs, endsByTimeout: true });
  const inhibitor = createInhibitor(config.inhibitRules, () => alerts.values());

  const dispatcher = createDispatcher({
    root: config.root,
    isMuted: (alert, nowMs) =>
      silences.covering(alert.labels, nowMs).length > 0 || inhibitor.by(alert, nowMs).length > 0,
    isQuietTime: (route, nowMs) => isQuiet(config, route, nowMs),
    wantsEnds,
    log,
    held,
  });

  /** A receiver that nothing of here can reach has its notifications in the history alone, and there they are complete. */
  function wantsEnds(receiver: string): 'all' | 'some' | 'none' {
    const { webhooks = [] } = config.receivers.get(receiver) ?? {};
    if (webhooks.every(({ sendsResolved }) => sendsResolved)) return 'all';
    return webhooks.some(({ sendsResolved }) => sendsResolved) ? 'some' : 'none';
  }

  function alertOf(posted: PostedAlert, nowMs: number): Alert {
    const alert = {
      labels: withoutEmpty(posted.labels),
      annotations: posted.annotations ?? {},
      startsAtMs: posted.startsAtMs ?? posted.endsAtMs ?? nowMs,
      endsAtMs: posted.endsAtMs ?? nowMs + config.resolveTimeoutMs,
      endsByTimeout: posted.endsAtMs === undefined,
      generatorUrl: posted.generatorUrl ?? '',
      updatedAtMs: nowMs,
    };
    const key = fingerprintOf(alert.labels);
    const known = alerts.get(key) ?? held.get(key);
    return known !== undefined && overlap(known, alert) ? merged(known, alert, nowMs) : alert;
  }

  function endHeld(nowMs: number): void {
    if (held.size === 0 || nowMs < heldUntilMs) return;
    for (const alert of held.values()) dispatcher.take(alert, nowMs);
    held.clear();
  }

  function forgetOld(nowMs: number): void {
    for (const [key, { endsAtMs }] of alerts) if (endsAtMs < nowMs - GONE_MS) alerts.delete(key);
  }

  return {
    config,
    silences,
    post(posted, nowMs) {
      forgetOld(nowMs);
      inhibitor.forget();
      for (const each of posted) {
        const alert = alertOf(each, nowMs);
        const key = fingerprintOf(alert.labels);
        const isKnown = alerts.has(key) || held.delete(key);
        if (!isKnown && (alerts.size >= MAX_ALERTS || !isFiring(alert, nowMs))) continue;
        alerts.set(key, alert);
        dispatcher.take(alert, nowMs);
      }
    },
    tick(nowMs) {
      endHeld(nowMs);
      return dispatcher.tick(nowMs);
    },
    sent: (notification) => dispatcher.sent(notification),
    nextMs: () => Math.min(dispatcher.nextMs(), held.size > 0 ? heldUntilMs : Infinity),
    alerts: (nowMs) => [...alerts.values()].filter((alert) => isFiring(alert, nowMs)),
    status(alert, nowMs) {
      const silencedBy = silences.covering(alert.labels, nowMs);
      const inhibitedBy = inhibitor.by(alert, nowMs);
      const state = silencedBy.length + inhibitedBy.length > 0 ? 'suppressed' : 'active';
      return { state, silencedBy, inhibitedBy };
    },
    groups: () => dispatcher.groups(),
    receiversOf: (labels) => [...new Set(routesOf(config.root, labels).map(({ receiver }) => receiver))],
  };
}

/** Whether one that is sent begins or ends within the time of the one before. Source: Alertmanager's provider/mem */
function overlap(before: Alert, alert: Alert): boolean {
  const isWithin = (timeMs: number): boolean => timeMs > before.startsAtMs && timeMs < before.endsAtMs;
  return isWithin(alert.startsAtMs) || isWithin(alert.endsAtMs);
}

/**
 * The same alert sent again, with the earliest start and, of two ends, the later one where that was said to be the end.
 * One that says that it is over is over.
 *
 * Source: Alertmanager's `Alert.Merge`
 */
function merged(before: Alert, alert: Alert, nowMs: number): Alert {
  const keepsEnd = isFiring(alert, nowMs) ? !before.endsByTimeout : !isFiring(before, nowMs);
  return {
    ...alert,
    startsAtMs: Math.min(before.startsAtMs, alert.startsAtMs),
    endsAtMs: keepsEnd ? Math.max(before.endsAtMs, alert.endsAtMs) : alert.endsAtMs,
  };
}

function isQuiet({ timeIntervals }: AlertmanagerConfig, route: RouteNode, nowMs: number): boolean {
  const isIn = (name: string): boolean => isInside(timeIntervals.get(name) ?? [], nowMs);
  if (route.muteTimeIntervals.some(isIn)) return true;
  return route.activeTimeIntervals.length > 0 && !route.activeTimeIntervals.some(isIn);
}
