import { describe, expect, it } from 'vitest';
import { readAlertmanagerConfig } from './alertmanager-config.ts';
import { createAlertmanager } from './create-alertmanager.ts';
import type { Notification } from './dispatcher.ts';
import type { Told, ToldFile } from './told-log.ts';
import { webhookMessage } from './webhook-message.ts';

const HOUR_MS = 3_600_000;
/** A Monday, the 23rd, 12:00 UTC. */
const START_MS = Date.UTC(2026, 10, 23, 12);

describe('createAlertmanager', () => {
  const pager = (more = ''): ReturnType<typeof createAlertmanager> =>
    createAlertmanager(
      readAlertmanagerConfig(
        `route: { receiver: p, group_by: [service], group_wait: 0s, group_interval: 1m, repeat_interval: 4h${more} }\nreceivers: [{ name: p, webhook_configs: [{ url: 'http://x', send_resolved: false }] }]\ntime_intervals: [{ name: never, time_intervals: [{ years: [1999] }] }]`,
      ),
    );
  const tell = (manager: ReturnType<typeof createAlertmanager>, nowMs: number): readonly Notification[] => {
    const told = manager.tick(nowMs);
    for (const each of told) manager.sent(each);
    return told;
  };
  const labels = { alertname: 'Down', service: 'shop' };

  it('tells of the next incident whoever does not want to hear that the first is over', () => {
    const manager = pager();
    manager.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + HOUR_MS }], START_MS);
    expect(tell(manager, START_MS)).toHaveLength(1);
    manager.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + 60_000 }], START_MS + 60_000);
    expect(tell(manager, START_MS + 120_000)).toEqual([]);
    const againMs = START_MS + 300_000;
    manager.post([{ labels, startsAtMs: againMs, endsAtMs: againMs + HOUR_MS }], againMs);
    expect(tell(manager, againMs)).toMatchObject([{ status: 'firing', receiver: 'p' }]);
  });

  const kept = (): { readonly file: ToldFile; readonly ids: () => readonly string[] } => {
    const byId = new Map<string, Told>();
    const file: ToldFile = {
      all: () => [...byId.values()],
      keep: (told) => void byId.set(told.id, told),
      forget: (ids) => ids.forEach((id) => byId.delete(id)),
    };
    return { file, ids: () => [...byId.keys()] };
  };
  const restarted = (told: ToldFile, nowMs: number): ReturnType<typeof createAlertmanager> =>
    createAlertmanager(
      readAlertmanagerConfig(
        'route: { receiver: all, group_by: [service], group_wait: 0s, group_interval: 1m, repeat_interval: 4h }\nreceivers: [{ name: all }]',
      ),
      undefined,
      { told, nowMs },
    );

  it('tells of what still fires after a restart when the repeat interval is over, and of what is new at once', () => {
    const { file } = kept();
    const first = restarted(file, START_MS);
    first.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + 24 * HOUR_MS }], START_MS);
    expect(tell(first, START_MS)).toHaveLength(1);
    const laterMs = START_MS + HOUR_MS;
    const second = restarted(file, laterMs);
    second.post([{ labels, startsAtMs: laterMs, endsAtMs: START_MS + 24 * HOUR_MS }], laterMs);
    expect(tell(second, laterMs)).toEqual([]);
    // It goes on, so it began when it did.
    expect(second.alerts(laterMs)).toMatchObject([{ startsAtMs: START_MS }]);
    const another = { alertname: 'Slow', service: 'shop' };
    second.post([{ labels: another, startsAtMs: laterMs, endsAtMs: START_MS + 24 * HOUR_MS }], laterMs);
    expect(tell(second, laterMs + 60_000)).toMatchObject([{ alerts: [{ labels }, { labels: another }] }]);
    expect(tell(second, laterMs + 4 * HOUR_MS)).toEqual([]);
    expect(tell(second, laterMs + 4 * HOUR_MS + 120_000)).toHaveLength(1);
  });

  it('tells after a restart that an alert is over, a quarter of an hour after nothing was heard of it', () => {
    const { file, ids } = kept();
    const first = restarted(file, START_MS);
    first.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + HOUR_MS }], START_MS);
    tell(first, START_MS);
    // Longer than the repeat interval: what may be over is not told anew.
    const laterMs = START_MS + 8 * HOUR_MS;
    const second = restarted(file, laterMs);
    expect(second.alerts(laterMs)).toEqual([]);
    expect(second.groups()).toEqual([]);
    expect(tell(second, laterMs + 60_000)).toEqual([]);
    const overMs = laterMs + 900_000;
    expect(second.nextMs()).toBe(overMs);
    expect(tell(second, overMs)).toMatchObject([
      { status: 'resolved', alerts: [{ labels, startsAtMs: START_MS, endsAtMs: overMs }] },
    ]);
    expect(ids()).toEqual([]);
    expect(second.nextMs()).toBe(Infinity);
    expect(tell(restarted(file, overMs), overMs + HOUR_MS)).toEqual([]);
  });

  it('does not say after a restart that all is over while nothing was heard of one that was told before it', () => {
    const { file } = kept();
    const [other, another] = ['Slow', 'Full'].map((alertname) => ({ alertname, service: 'shop' }));
    const [endsAtMs, laterMs] = [START_MS + HOUR_MS, START_MS + 60_000];
    const first = restarted(file, START_MS);
    first.post(
      [labels, other!].map((each) => ({ labels: each, startsAtMs: START_MS, endsAtMs })),
      START_MS,
    );
    expect(tell(first, START_MS)).toHaveLength(1);
    const second = restarted(file, laterMs);
    second.post([{ labels, startsAtMs: START_MS, endsAtMs: laterMs }], laterMs);
    expect(tell(second, laterMs)).toEqual([]);
    second.post([{ labels: another!, startsAtMs: laterMs, endsAtMs }], laterMs);
    expect(tell(second, laterMs + 60_000)).toMatchObject([
      { status: 'firing', alerts: [{ labels: another }, { labels }] },
    ]);
    // Of another restart as well.
    const overMs = laterMs + 120_000 + 900_000;
    const third = restarted(file, laterMs + 120_000);
    expect(tell(third, overMs)).toMatchObject([
      { status: 'resolved', alerts: [{ labels: another }, { labels: other }] },
    ]);
    expect(file.all()).toEqual([]);
  });

  it('takes after a restart the end of an alert that was told before it', () => {
    const { file } = kept();
    const first = restarted(file, START_MS);
    first.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + HOUR_MS }], START_MS);
    tell(first, START_MS);
    const laterMs = START_MS + 60_000;
    const second = restarted(file, laterMs);
    second.post([{ labels, startsAtMs: START_MS, endsAtMs: laterMs }], laterMs);
    expect(tell(second, laterMs)).toMatchObject([{ status: 'resolved', alerts: [{ endsAtMs: laterMs }] }]);
    expect(tell(second, laterMs + HOUR_MS)).toEqual([]);
  });

  it('forgets in its file what it told of a group five days ago', () => {
    const { file, ids } = kept();
    const manager = restarted(file, START_MS);
    const day = (days: number): number => START_MS + days * 24 * HOUR_MS;
    manager.post([{ labels, startsAtMs: START_MS, endsAtMs: day(1) }], START_MS);
    tell(manager, START_MS);
    const other = { alertname: 'Down', service: 'other' };
    const later = restarted(file, day(6));
    expect(ids()).toEqual([]);
    expect(later.nextMs()).toBe(Infinity);
    later.post([{ labels: other, startsAtMs: day(6), endsAtMs: day(7) }], day(6));
    tell(later, day(6));
    expect(ids()).toEqual(['all {}:{service="other"}']);
  });

  it('has in its history that all is over also where nothing can be told to anybody', () => {
    const manager = createAlertmanager(
      readAlertmanagerConfig('route: { receiver: none, group_wait: 0s }\nreceivers: [{ name: none }]'),
    );
    manager.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + HOUR_MS }], START_MS);
    expect(tell(manager, START_MS)).toMatchObject([{ status: 'firing' }]);
    manager.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + 60_000 }], START_MS + 60_000);
    expect(tell(manager, START_MS + HOUR_MS)).toMatchObject([{ status: 'resolved', receiver: 'none' }]);
  });

  it('is silent where the only times of a route are over, and has no time to wait for without alerts', () => {
    const manager = pager(', routes: [{ active_time_intervals: [never] }]');
    expect(manager.nextMs()).toBe(Infinity);
    manager.post([{ labels, endsAtMs: START_MS + HOUR_MS }], START_MS);
    expect(manager.nextMs()).toBe(START_MS);
    expect(tell(manager, START_MS)).toEqual([]);
    expect(manager.groups()).toHaveLength(1);
  });

  it('tells both receivers of two routes that take the same alerts, and each once', () => {
    const both = 'matchers: [service=shop]';
    const manager = createAlertmanager(
      readAlertmanagerConfig(
        `route: { receiver: a, group_wait: 0s, routes: [{ ${both}, continue: true }, { ${both}, receiver: b }] }\nreceivers: [{ name: a }, { name: b }]`,
      ),
    );
    manager.post([{ labels, endsAtMs: START_MS + HOUR_MS }], START_MS);
    expect(tell(manager, START_MS)).toMatchObject([
      { receiver: 'a', groupKey: '{}/{service="shop"}:{}' },
      { receiver: 'b', groupKey: '{}/{service="shop"}:{}' },
    ]);
    expect(tell(manager, START_MS + 600_000)).toEqual([]);
  });

  it('names one alert for each rule that inhibits another, and none that two inhibit each other by', () => {
    const manager = createAlertmanager(
      readAlertmanagerConfig(
        'route: { receiver: a }\nreceivers: [{ name: a }]\ninhibit_rules: [{ source_matchers: [severity=critical], target_matchers: ["severity=~\\"critical|warning\\""], equal: [service, none] }]',
      ),
    );
    const alerts = Array.from({ length: 2000 }, (_, at) => ({
      labels: { severity: at < 1000 ? 'critical' : 'warning', service: `${at % 500}`, at: `${at}` },
      endsAtMs: START_MS + HOUR_MS,
    }));
    manager.post(alerts, START_MS);
    const found = (nowMs: number): readonly number[] =>
      manager.alerts(START_MS).map((alert) => manager.status(alert, nowMs).inhibitedBy.length);
    expect(found(START_MS)).toEqual(alerts.map((_, at) => (at < 1000 ? 0 : 1)));
    expect(new Set(found(START_MS + HOUR_MS))).toEqual(new Set([0]));
    manager.post([{ labels: { severity: 'critical', service: '1', at: 'new' } }], START_MS);
    const over = alerts.slice(0, 1000).map((each) => ({ labels: each.labels, endsAtMs: START_MS + 1 }));
    manager.post(over, START_MS + 1);
    expect(found(START_MS + 2).filter((count) => count > 0)).toHaveLength(2);
  });

  it('groups by no label that is only what every object has', () => {
    const manager = createAlertmanager(
      readAlertmanagerConfig(
        'route: { receiver: a, group_by: [constructor, service] }\nreceivers: [{ name: a }]',
      ),
    );
    manager.post([{ labels, endsAtMs: START_MS + HOUR_MS }], START_MS);
    expect(manager.groups().map((group) => group.labels)).toEqual([{ service: 'shop' }]);
  });

  it('takes no alert that is over and that it never had, and leaves empty labels out', () => {
    const manager = pager();
    manager.post([{ labels, endsAtMs: START_MS }], START_MS);
    expect(manager.alerts(START_MS)).toEqual([]);
    manager.post([{ labels: { ...labels, none: '' } }], START_MS);
    expect(manager.alerts(START_MS)).toMatchObject([
      { labels, endsAtMs: START_MS + 300_000, annotations: {} },
    ]);
  });

  it('keeps the end that was said, where one that is sent again says none or an earlier one', () => {
    const manager = pager();
    const endsAt = (): unknown => manager.alerts(START_MS + 60_000)[0]?.endsAtMs;
    manager.post([{ labels, endsAtMs: START_MS + HOUR_MS, startsAtMs: START_MS }], START_MS);
    manager.post([{ labels }], START_MS + 1000);
    expect(endsAt()).toBe(START_MS + HOUR_MS);
    const other = pager();
    other.post([{ labels, endsAtMs: START_MS + HOUR_MS, startsAtMs: START_MS }], START_MS);
    other.post([{ labels, endsAtMs: START_MS + 90_000, startsAtMs: START_MS }], START_MS + 1000);
    expect(other.alerts(START_MS + 100_000)).toHaveLength(1);
    // That it is over already is taken from whoever says it.
    other.post([{ labels, endsAtMs: START_MS + 2000, startsAtMs: START_MS }], START_MS + 2000);
    expect(other.alerts(START_MS + 2000)).toEqual([]);
    // Of two that are over it is the later end.
    other.post([{ labels, endsAtMs: START_MS + 1500, startsAtMs: START_MS }], START_MS + 3000);
    other.post([{ labels, startsAtMs: START_MS + 1900 }], START_MS + 3000);
    expect(other.alerts(START_MS + 3000)).toMatchObject([{ startsAtMs: START_MS }]);
  });

  it('forgets an end that nobody has said when an alert is sent again', () => {
    const manager = pager();
    manager.post([{ labels }], START_MS);
    manager.post([{ labels, startsAtMs: START_MS, endsAtMs: START_MS + 90_000 }], START_MS + 1000);
    expect(manager.alerts(START_MS + 90_000)).toEqual([]);
  });

  it('begins one that says its end alone there, as Alertmanager does', () => {
    const manager = pager();
    manager.post([{ labels, endsAtMs: START_MS + HOUR_MS }], START_MS);
    expect(manager.alerts(START_MS)).toMatchObject([{ startsAtMs: START_MS + HOUR_MS }]);
  });

  it('holds back only what agrees in the labels that count, and not what holds others back itself', () => {
    const manager = createAlertmanager(
      readAlertmanagerConfig(
        'route: { receiver: a }\nreceivers: [{ name: a }]\ninhibit_rules: [{ source_matchers: [severity=critical], target_matchers: ["severity=~\\"critical|warning\\""], equal: [service, zone] }]',
      ),
    );
    const alert = (more: Record<string, string>) => ({ labels: { alertname: 'A', ...more } });
    manager.post(
      [
        alert({ severity: 'critical', service: 'shop' }),
        alert({ severity: 'warning', service: 'shop' }),
        alert({ severity: 'warning', service: 'shop', zone: 'b' }),
        alert({ severity: 'warning', service: 'other' }),
        alert({ severity: 'critical', service: 'shop', again: 'x' }),
      ],
      START_MS,
    );
    const states = manager.alerts(START_MS).map((each) => manager.status(each, START_MS).state);
    expect(states).toEqual(['active', 'suppressed', 'active', 'active', 'active']);
    // What is over holds nothing back.
    const overMs = START_MS + 300_000;
    manager.post([alert({ severity: 'warning', service: 'shop' })], overMs);
    expect(manager.status(manager.alerts(overMs)[0]!, overMs).state).toBe('active');
  });

  it('tells of an end once, and nothing more of a group that is gone', () => {
    const manager = createAlertmanager(
      readAlertmanagerConfig(
        'route: { receiver: a, group_wait: 0s, group_interval: 1m }\nreceivers: [{ name: a, webhook_configs: [{ url: http://x }] }]',
      ),
    );
    manager.post(
      [
        { labels, endsAtMs: START_MS + HOUR_MS },
        { labels: { x: 'y' }, endsAtMs: START_MS + HOUR_MS },
      ],
      START_MS,
    );
    expect(tell(manager, START_MS)).toHaveLength(1);
    const overMs = START_MS + 60_000;
    manager.post([{ labels, endsAtMs: overMs }], overMs);
    const [partly] = tell(manager, overMs);
    expect(partly).toMatchObject({ status: 'firing', alerts: [{}, {}] });
    manager.post([{ labels: { x: 'y' }, endsAtMs: overMs + 60_000 }], overMs + 60_000);
    const [over] = tell(manager, overMs + 60_000);
    expect(over).toMatchObject({ status: 'resolved', alerts: [{ labels: { x: 'y' } }] });
    expect(manager.groups()).toEqual([]);
    manager.sent(over!);
    expect(tell(manager, overMs + 600_000)).toEqual([]);
  });

  it('keeps no more alerts than its bound, and forgets those that are over', () => {
    const manager = pager();
    const many = Array.from({ length: 10_001 }, (_, at) => ({ labels: { alertname: `A${at}` } }));
    manager.post(many, START_MS);
    expect(manager.alerts(START_MS)).toHaveLength(10_000);
    manager.post([{ labels }], START_MS + HOUR_MS);
    expect(manager.alerts(START_MS + HOUR_MS)).toMatchObject([{ labels }]);
  });

  it('forgets after days what a group was told that nobody heard the end of', () => {
    const manager = pager();
    manager.post([{ labels, endsAtMs: START_MS + 1000 }], START_MS);
    tell(manager, START_MS);
    const laterMs = START_MS + 121 * HOUR_MS;
    manager.post([{ labels: { service: 'other' }, endsAtMs: laterMs + HOUR_MS }], laterMs);
    expect(tell(manager, laterMs)).toHaveLength(1);
    manager.post([{ labels, startsAtMs: laterMs, endsAtMs: laterMs + HOUR_MS }], laterMs);
    expect(tell(manager, laterMs)).toMatchObject([{ groupLabels: { service: 'shop' } }]);
  });

  it('cuts a message where the receiver wants few alerts, and says how many are left out', () => {
    const manager = createAlertmanager(
      readAlertmanagerConfig('route: { receiver: a, group_wait: 0s }\nreceivers: [{ name: a }]'),
    );
    manager.post([{ labels, annotations: { a: '1' } }, { labels: { ...labels, x: 'y' } }], START_MS);
    const [told] = manager.tick(START_MS);
    expect(webhookMessage(told!, 'http://x', 0)).toMatchObject({
      commonLabels: labels,
      commonAnnotations: {},
    });
    // What all have alike is of those that are in it.
    expect(webhookMessage(told!, 'http://x', 1)).toMatchObject({
      truncatedAlerts: 1,
      commonLabels: told!.alerts[0]!.labels,
      commonAnnotations: { a: '1' },
      alerts: [{ status: 'firing', endsAt: '0001-01-01T00:00:00Z' }],
    });
    expect(webhookMessage({ ...told!, alerts: [] }, '', 0)).toMatchObject({ commonLabels: {}, alerts: [] });
  });
});
