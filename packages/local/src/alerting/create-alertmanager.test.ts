import { describe, expect, it } from 'vitest';
import { readAlertmanagerConfig } from './alertmanager-config.ts';
import { createAlertmanager } from './create-alertmanager.ts';
import type { Notification } from './dispatcher.ts';
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
    expect(webhookMessage(told!, 'http://x', 1)).toMatchObject({
      truncatedAlerts: 1,
      commonLabels: labels,
      commonAnnotations: {},
      alerts: [{ status: 'firing', endsAt: '0001-01-01T00:00:00Z' }],
    });
    expect(webhookMessage({ ...told!, alerts: [] }, '', 0)).toMatchObject({ commonLabels: {}, alerts: [] });
  });
});
