import { describe, expect, it } from 'vitest';
import { ConfigError, readAlertmanagerConfig } from './alertmanager-config.ts';
import { type Alertmanager, type PostedAlert, createAlertmanager } from './create-alertmanager.ts';
import type { Notification } from './dispatcher.ts';

const MINUTE_MS = 60_000;
/** A Monday, 12:00 UTC. */
const START_MS = Date.UTC(2026, 10, 23, 12);

const FILE = `
route:
  receiver: everybody
  group_by: [alertname, service]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - matchers: [severity = critical]
      receiver: pager
      group_wait: 10s
      continue: true
    - matchers: ['severity =~ "critical|warning"']
      mute_time_intervals: [night]
receivers:
  - name: everybody
    webhook_configs: [{ url: 'http://localhost:1/all' }]
  - name: pager
    webhook_configs: [{ url: 'http://localhost:1/page', send_resolved: false }]
inhibit_rules:
  - source_matchers: [alertname = ServiceAbsent]
    target_matchers: [alertname != ServiceAbsent]
    equal: [service]
time_intervals:
  - name: night
    time_intervals: [{ times: [{ start_time: '00:00', end_time: '06:00' }] }]
`;

/** An Alertmanager with a clock of its own; an alert that is sent fires until it is ended. */
function start(file = FILE) {
  const manager: Alertmanager = createAlertmanager(readAlertmanagerConfig(file));
  let nowMs = START_MS;
  return {
    manager,
    now: () => nowMs,
    send(labels: Record<string, string>, more: Partial<PostedAlert> = {}): void {
      manager.post([{ labels, startsAtMs: nowMs, endsAtMs: nowMs + 24 * 60 * MINUTE_MS, ...more }], nowMs);
    },
    end(labels: Record<string, string>): void {
      manager.post([{ labels, startsAtMs: nowMs - MINUTE_MS, endsAtMs: nowMs }], nowMs);
    },
    /** Lets time pass second by second, every notification arriving. */
    pass(seconds: number): readonly string[] {
      const told: string[] = [];
      for (let second = 0; second < seconds; second++) {
        nowMs += 1000;
        for (const each of manager.tick(nowMs)) {
          manager.sent(each);
          told.push(`${(nowMs - START_MS) / 1000}s ${summary(each)}`);
        }
      }
      return told;
    },
  };
}

function summary({ receiver, status, alerts }: Notification): string {
  return `${receiver} ${status} ${alerts.map(({ labels }) => labels['instance'] ?? labels['alertname']).join(',')}`;
}

describe('createAlertmanager', () => {
  it('tells of a group after its wait, of newcomers after its interval, and again after its repeat interval', () => {
    const { send, pass } = start();
    send({ alertname: 'Slow', service: 'shop', instance: 'a', severity: 'warning' });
    expect(pass(10)).toEqual([]);
    send({ alertname: 'Slow', service: 'shop', instance: 'b', severity: 'warning' });
    expect(pass(60)).toEqual(['30s everybody firing a,b']);
    send({ alertname: 'Slow', service: 'shop', instance: 'c', severity: 'warning' });
    expect(pass(600)).toEqual(['330s everybody firing a,b,c']);
    // Looked at every five minutes, and four hours are over only after them: as Alertmanager does it.
    expect(pass(4 * 3600 + 300)).toEqual(['15030s everybody firing a,b,c']);
  });

  it('tells that all is over, once, and not to whom does not want it', () => {
    const { send, end, pass } = start();
    const labels = { alertname: 'Down', service: 'shop', severity: 'critical' };
    send(labels);
    expect(pass(60)).toEqual(['10s pager firing Down', '30s everybody firing Down']);
    end(labels);
    expect(pass(1200)).toEqual(['330s everybody resolved Down']);
  });

  it('tells again of what has not arrived', () => {
    const { manager, send, now, pass } = start();
    send({ alertname: 'Slow', service: 'shop', severity: 'warning' });
    expect(manager.tick(now() + 30_000).map(summary)).toEqual(['everybody firing Slow']);
    expect(pass(400)).toEqual(['330s everybody firing Slow']);
  });

  it('is silent of what follows from an alert that fires, and tells when that is over', () => {
    const { send, end, pass, manager, now } = start();
    const absent = { alertname: 'ServiceAbsent', service: 'shop', severity: 'warning' };
    send(absent);
    send({ alertname: 'Slow', service: 'shop', severity: 'warning' });
    send({ alertname: 'Slow', service: 'other', severity: 'warning' });
    expect(pass(60)).toEqual(['30s everybody firing ServiceAbsent', '30s everybody firing Slow']);
    const slow = manager
      .alerts(now())
      .find(({ labels }) => labels['service'] === 'shop' && labels['alertname'] === 'Slow');
    expect(slow && manager.status(slow, now())).toMatchObject({ state: 'suppressed', silencedBy: [] });
    end(absent);
    expect(pass(400)).toEqual(['330s everybody resolved ServiceAbsent', '330s everybody firing Slow']);
  });

  it('is silent of what is silenced', () => {
    const { manager, send, now, pass } = start();
    const id = manager.silences.set(
      {
        matchers: [{ name: 'service', op: '=', value: 'shop' }],
        startsAtMs: now(),
        endsAtMs: now() + 10 * MINUTE_MS,
        createdBy: 'test',
        comment: 'a deploy',
      },
      now(),
    );
    send({ alertname: 'Slow', service: 'shop', severity: 'warning' });
    expect(pass(330)).toEqual([]);
    manager.silences.expire(id, now());
    expect(pass(600)).toEqual(['630s everybody firing Slow']);
  });

  it('is silent of routes whose time it is not', () => {
    const { manager, send, now } = start();
    send({ alertname: 'Slow', service: 'shop', severity: 'warning' });
    const nightMs = now() + 13 * 60 * MINUTE_MS;
    expect(manager.tick(nightMs)).toEqual([]);
    expect(manager.tick(nightMs + 6 * 60 * MINUTE_MS).map(summary)).toEqual(['everybody firing Slow']);
  });

  it('takes an alert that nobody repeats as over after the resolve timeout', () => {
    const { manager, send, now, pass } = start();
    send({ alertname: 'Slow', service: 'shop', severity: 'warning' }, { endsAtMs: undefined });
    expect(pass(60)).toEqual(['30s everybody firing Slow']);
    expect(pass(600)).toEqual(['330s everybody resolved Slow']);
    expect(manager.alerts(now())).toEqual([]);
  });
});

describe('readAlertmanagerConfig', () => {
  it('names everything that is wrong at once', () => {
    const file = `
route: { receiver: nobody, group_wait: soon, routes: [{ matchers: ['x'], receiver: a }] }
receivers: [{ name: a }]
time_intervals: [{ name: t, time_intervals: [{ location: Mars/Base }] }]
`;
    const problems = catchProblems(file);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^route\.group_wait: expected a duration such as 5m, is soon$/);
    expect(problems[1]).toMatch(/^route\.routes\[0\]\.matchers: bad matcher format: x$/);
    expect(problems[2]).toMatch(/^time_intervals\[0\]\.time_intervals\[0\]: .*Mars\/Base/);
  });

  it('names receivers and time intervals that do not exist', () => {
    expect(
      catchProblems(
        'route: { receiver: x, routes: [{ receiver: a, mute_time_intervals: [y] }] }\nreceivers: [{ name: a }]',
      ),
    ).toEqual(['route.receiver: there is no receiver "x"', 'route.routes[0]: there is no time interval "y"']);
  });
});

function catchProblems(file: string): readonly string[] {
  try {
    readAlertmanagerConfig(file);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}
