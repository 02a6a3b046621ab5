import type { Labels } from '@sightline/query';
import { type Alert, fingerprintOf, isFiring } from './alert.ts';
import { type RouteNode, groupLabelsOf, routesOf } from './route-tree.ts';
import { type Told, type ToldLog, toldId } from './told-log.ts';

/** Alerts of one route that are told together. */
export interface AlertGroup {
  readonly id: string;
  /** As receivers are told it. Two routes that take the same alerts have groups of the same key. */
  readonly key: string;
  readonly route: RouteNode;
  readonly labels: Labels;
  readonly alerts: ReadonlyMap<string, Alert>;
}

/** What a receiver is told. */
export interface Notification {
  readonly groupId: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly groupLabels: Labels;
  /** Those that fire, then those that are over. */
  readonly alerts: readonly Alert[];
  readonly status: 'firing' | 'resolved';
  /** Of a receiver of which only a part wants to hear that alerts are over: it is nothing to the other part. */
  readonly isOfEndsAlone: boolean;
  readonly timeMs: number;
}

export interface DispatcherOptions {
  readonly root: RouteNode;
  /** Whether it is told nobody: silenced or inhibited. */
  readonly isMuted: (alert: Alert, nowMs: number) => boolean;
  /** Whether the route's time intervals let nothing through now. */
  readonly isQuietTime: (route: RouteNode, nowMs: number) => boolean;
  /** Who of a receiver wants to hear that alerts are over. */
  readonly wantsEnds: (receiver: string) => 'all' | 'some' | 'none';
  readonly log: ToldLog;
  /** Alerts that were told before a restart and of which nothing was heard since, by their fingerprints: they may fire still. */
  readonly held: ReadonlyMap<string, Alert>;
}

/** Groups alerts by route and tells of each group when its time has come. It has no clock: `tick` is told the time. */
export interface Dispatcher {
  /** Takes an alert that is new or has changed. */
  take(alert: Alert, nowMs: number): void;
  /** What is due. The group waits on when a notification is not acknowledged by `sent`. */
  tick(nowMs: number): readonly Notification[];
  /** A notification has arrived. */
  sent(notification: Notification): void;
  /** When the next group is due, since 1970 [ms]; Infinity without groups. */
  nextMs(): number;
  groups(): readonly AlertGroup[];
}

interface Group extends AlertGroup {
  readonly alerts: Map<string, Alert>;
  nextMs: number;
  wasFlushed: boolean;
}

/** Most alerts of a group whose end is told after a restart too. */
const MAX_ALERTS = 1000;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { root, isMuted, isQuietTime, wantsEnds, log, held } = options;
  const groups = new Map<string, Group>();

  function takeInto(route: RouteNode, alert: Alert, nowMs: number): void {
    const labels = groupLabelsOf(route, alert.labels);
    const id = `${route.id}:${labelText(labels)}`;
    let group = groups.get(id);
    if (group === undefined) {
      const key = `${route.key}:${labelText(labels)}`;
      const told = log.get(toldId(route.receiver, key));
      // What is over matters to who was told that it fires, before a restart.
      if (!isFiring(alert, nowMs) && told?.firing.has(fingerprintOf(alert.labels)) !== true) return;
      const nextMs = nowMs + route.groupWaitMs;
      group = { id, key, route, labels, alerts: new Map(), nextMs, wasFlushed: false };
      groups.set(id, group);
    }
    group.alerts.set(fingerprintOf(alert.labels), alert);
    // One that began so long ago has waited enough: after a restart it is told at once.
    if (!group.wasFlushed && alert.startsAtMs + route.groupWaitMs < nowMs) group.nextMs = nowMs;
  }

  function flush(group: Group, nowMs: number): Notification | undefined {
    group.wasFlushed = true;
    group.nextMs = nowMs + group.route.groupIntervalMs;
    const told = [...group.alerts.values()].filter((alert) => !isMuted(alert, nowMs));
    const { receiver } = group.route;
    const logId = toldId(receiver, group.key);
    if (told.length === 0 || isQuietTime(group.route, nowMs)) {
      forgetResolved(group, nowMs);
      return undefined;
    }
    const firing = told.filter((alert) => isFiring(alert, nowMs));
    const resolved = told.filter((alert) => !isFiring(alert, nowMs));
    const entry = log.get(logId);
    // Not all is over, as far as is known.
    if (firing.length === 0 && heldOf(entry).length > 0) return undefined;
    const state = { firing, resolved, nowMs, repeatMs: group.route.repeatIntervalMs };
    const wanted = wantsEnds(receiver);
    const isForAll = needsTelling(entry, state, wanted === 'all');
    if (!isForAll && !(wanted === 'some' && needsTelling(entry, state, true))) {
      // Who does not want to hear that all is over hears of what fires next all the same.
      if (firing.length === 0) log.delete(logId);
      forgetResolved(group, nowMs);
      return undefined;
    }
    return {
      groupId: group.id,
      groupKey: group.key,
      receiver,
      groupLabels: group.labels,
      alerts: [...firing, ...(wanted === 'none' ? [] : resolved)],
      status: firing.length > 0 ? 'firing' : 'resolved',
      isOfEndsAlone: !isForAll,
      timeMs: nowMs,
    };
  }

  function heldOf(entry: Told | undefined): readonly Alert[] {
    return entry === undefined || held.size === 0
      ? []
      : [...entry.firing].flatMap((key) => held.get(key) ?? []);
  }

  function forgetResolved(group: Group, nowMs: number): void {
    for (const [key, alert] of group.alerts) if (!isFiring(alert, nowMs)) group.alerts.delete(key);
    if (group.alerts.size === 0) groups.delete(group.id);
  }

  return {
    take(alert, nowMs) {
      for (const route of routesOf(root, alert.labels)) takeInto(route, alert, nowMs);
    },
    tick(nowMs) {
      const due = [...groups.values()].filter(({ nextMs }) => nextMs <= nowMs);
      return due.map((group) => flush(group, nowMs)).filter((each) => each !== undefined);
    },
    sent({ groupId, groupKey, receiver, alerts, isOfEndsAlone, timeMs }) {
      const firing = alerts.filter((alert) => isFiring(alert, timeMs));
      const resolved = alerts.filter((alert) => !isFiring(alert, timeMs));
      const id = toldId(receiver, groupKey);
      const before = log.get(id);
      const fire = [...firing, ...heldOf(before)];
      if (fire.length === 0) log.delete(id);
      else {
        log.set({
          id,
          firing: fingerprints(fire),
          resolved: fingerprints(resolved),
          timeMs,
          toAllMs: isOfEndsAlone ? (before?.toAllMs ?? timeMs) : timeMs,
          alerts: fire.slice(0, MAX_ALERTS),
        });
      }
      const group = groups.get(groupId);
      if (group === undefined) return;
      // Only what was told is forgotten: an alert that fires anew since has another end.
      for (const alert of resolved) {
        const key = fingerprintOf(alert.labels);
        if (group.alerts.get(key)?.endsAtMs === alert.endsAtMs) group.alerts.delete(key);
      }
      if (group.alerts.size === 0) groups.delete(groupId);
    },
    nextMs: () => Math.min(Infinity, ...[...groups.values()].map((group) => group.nextMs)),
    groups: () => [...groups.values()],
  };
}

/** As Alertmanager decides it: what is new, what is over, or enough time since. */
function needsTelling(
  entry: Told | undefined,
  told: {
    readonly firing: readonly Alert[];
    readonly resolved: readonly Alert[];
    readonly nowMs: number;
    readonly repeatMs: number;
  },
  hearsOfEnds: boolean,
): boolean {
  const { firing, resolved, nowMs, repeatMs } = told;
  if (entry === undefined) return firing.length > 0;
  if (firing.some(({ labels }) => !entry.firing.has(fingerprintOf(labels)))) return true;
  if (firing.length === 0) return entry.firing.size > 0 && hearsOfEnds;
  const isOverNew = resolved.some(({ labels }) => !entry.resolved.has(fingerprintOf(labels)));
  if (hearsOfEnds && isOverNew) return true;
  return (hearsOfEnds ? entry.timeMs : entry.toAllMs) < nowMs - repeatMs;
}

function fingerprints(alerts: readonly Alert[]): ReadonlySet<string> {
  return new Set(alerts.map(({ labels }) => fingerprintOf(labels)));
}

function labelText(labels: Labels): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`);
  return `{${pairs.join(', ')}}`;
}
