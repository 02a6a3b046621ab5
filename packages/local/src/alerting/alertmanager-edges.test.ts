import { describe, expect, it } from 'vitest';
import { ConfigError, readAlertmanagerConfig, receiverStatuses } from './alertmanager-config.ts';
import { createAlertmanager } from './create-alertmanager.ts';
import type { Notification } from './dispatcher.ts';
import { MatcherError, matcherText, parseMatcher, parseMatchers } from './parse-matchers.ts';
import { readTimeInterval } from './read-time-interval.ts';
import { createSilences, silenceState } from './silences.ts';
import { isInside } from './time-intervals.ts';
import { webhookMessage } from './webhook-message.ts';

const HOUR_MS = 3_600_000;
/** A Monday, the 23rd, 12:00 UTC. */
const START_MS = Date.UTC(2026, 10, 23, 12);

const problemsOf = (file: string): readonly string[] => {
  try {
    readAlertmanagerConfig(file);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
};

describe('readAlertmanagerConfig', () => {
  it.each([
    ['route: [', /Flow sequence|end/],
    ['', /^the file: /],
    ['route: { receiver: a, matchers: [a=b] }\nreceivers: [{ name: a }]', /^route: the root route must not/],
    ['route: {}\nreceivers: [{ name: a }]', /^route\.receiver: the root route needs one/],
    [
      'route: { receiver: a, routes: [{ matchers: [\'a=~"("\'] }] }\nreceivers: [{ name: a }]',
      /routes\[0\]\.matchers: error parsing regexp/,
    ],
    [
      'route: { receiver: a, routes: [{ match_re: { a: "(" } }] }\nreceivers: [{ name: a }]',
      /routes\[0\]\.match_re: error parsing regexp/,
    ],
    [
      'route: { receiver: a, routes: [{ active_time_intervals: [x] }] }\nreceivers: [{ name: a }]',
      /routes\[0\]: there is no time interval "x"/,
    ],
    ['route: { receiver: a }\nreceivers: []', /^receivers: /],
  ])('says what is wrong with %j', (file, problem) => {
    const problems = problemsOf(file);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('reads matchers of every form, groups by all labels, and takes the secret of a webhook from a file', () => {
    const config = readAlertmanagerConfig(
      `
global: { resolve_timeout: 1m }
route:
  receiver: a
  group_by: ['...']
  routes:
    - match: { a: b }
      match_re: { c: 'd|e' }
      matchers: ['{f="g",h!="i"}', 'j=k,l=m']
receivers:
  - name: a
    webhook_configs: [{ url_file: there }, { url_file: away }, {}]
    slack_configs: [{}]
  - name: b
inhibit_rules: [{ source_match: { x: y }, target_match_re: { z: w } }]
mute_time_intervals: [{ name: old, time_intervals: [{ years: [2026] }] }]
`,
      (path) => (path === 'there' ? 'http://secret\n' : undefined),
    );
    expect(config.resolveTimeoutMs).toBe(60_000);
    expect(config.root.groupBy).toBeUndefined();
    expect(config.root.routes[0]?.groupBy).toBeUndefined();
    expect(config.root.routes[0]?.matchers.map(matcherText)).toEqual([
      'f="g"',
      'h!="i"',
      'j="k"',
      'l="m"',
      'a="b"',
      'c=~"d|e"',
    ]);
    expect(config.receivers.get('a')?.webhooks).toEqual([
      { url: 'http://secret', sendsResolved: true, maxAlerts: 0 },
    ]);
    expect(receiverStatuses(config)).toEqual([
      { name: 'a', delivered: ['webhook_configs'], shownOnly: ['slack_configs'] },
      { name: 'b', delivered: [], shownOnly: [] },
    ]);
    expect(config.timeIntervals.has('old')).toBe(true);
  });
});

describe('parseMatchers', () => {
  it.each([
    ['a=b', ['a="b"']],
    ['{"a.b"=~"c,d", e!~f}', ['a.b=~"c,d"', 'e!~"f"']],
    [String.raw`a="b\"\n\\"`, [String.raw`a="b\"\n\\"`]],
    ['a=', ['a=""']],
    [' , ', []],
  ])('reads %j', (text, expected) => {
    expect(parseMatchers(text).map(matcherText)).toEqual(expected);
  });

  it.each(['a', '=b', 'a="b', 'a=b"c', 'a="'])('refuses %j', (text) => {
    expect(() => parseMatcher(text)).toThrow(MatcherError);
  });
});

describe('readTimeInterval', () => {
  it.each([
    { times: [{ start_time: '9:00', end_time: '10:00' }] },
    { times: [{ start_time: '12:99', end_time: '13:00' }] },
    { times: [{ start_time: '13:00', end_time: '12:00' }] },
    { weekdays: ['monday:fri'] },
    { weekdays: ['friday:monday'] },
    { weekdays: [''] },
    { days_of_month: ['0'.repeat(400)].map((text) => `${text}.5`) },
    { days_of_month: ['32'] },
    { days_of_month: ['1:2:3'] },
    { days_of_month: ['-1:5'] },
    { days_of_month: ['0'] },
    { months: ['13'] },
    { years: ['soon'] },
    { location: 'Mars/Base' },
  ])('refuses what would never or always hold by mistake: %j', (written) => {
    expect(() => readTimeInterval(written)).toThrow(RangeError);
  });

  it.each<readonly [Parameters<typeof readTimeInterval>[0], boolean]>([
    [{}, true],
    [{ times: [{ start_time: '00:00', end_time: '24:00' }], weekdays: ['monday:Friday'] }, true],
    [{ weekdays: ['saturday', 'sunday'] }, false],
    [{ days_of_month: ['20:-1'], months: ['november', '12'], years: ['2026:2027'] }, true],
    [{ days_of_month: ['-3:-1'] }, false],
    [{ months: ['1:3'] }, false],
    [{ times: [{ start_time: '21:00', end_time: '22:00' }], location: 'Asia/Tokyo' }, true],
  ])('reads when it holds: %j', (written, holds) => {
    expect(isInside([readTimeInterval(written)], START_MS)).toBe(holds);
  });
});

describe('createSilences', () => {
  const given = {
    matchers: [{ name: 'a', op: '=' as const, value: 'b' }],
    startsAtMs: START_MS,
    endsAtMs: START_MS + HOUR_MS,
    createdBy: 'me',
    comment: 'c',
  };

  it.each([
    ['no matcher', { matchers: [] }, 'must not match the empty string'],
    [
      'all alerts',
      { matchers: [{ name: 'a', op: '=~' as const, value: '.*' }] },
      'must not match the empty string',
    ],
    ['an end before its start', { endsAtMs: START_MS - 1 }, 'start time must be before end time'],
    ['an end in the past', { startsAtMs: 0, endsAtMs: 1 }, "can't be in the past"],
    ['an id that there is not', { id: 'x' }, 'silence not found'],
  ])('refuses one with %s', (_name, more, problem) => {
    expect(() => createSilences().set({ ...given, ...more }, START_MS)).toThrow(problem);
  });

  it('takes one of everything but what it names', () => {
    const silences = createSilences();
    const matchers = [{ name: 'a', op: '!=' as const, value: 'b' }];
    const id = silences.set({ ...given, matchers }, START_MS);
    expect(silences.covering({ a: 'b' }, START_MS)).toEqual([]);
    expect(silences.covering({ c: 'd' }, START_MS)).toEqual([id]);
  });

  it('keeps the id of one that goes on longer, and of one that has not begun', () => {
    const silences = createSilences();
    const id = silences.set(given, START_MS);
    const nowMs = START_MS + 1000;
    expect(silences.set({ ...given, id, endsAtMs: START_MS + 2 * HOUR_MS }, nowMs)).toBe(id);
    expect(silences.get(id)).toMatchObject({ startsAtMs: START_MS, endsAtMs: START_MS + 2 * HOUR_MS });
    const later = silences.set({ ...given, startsAtMs: nowMs + 10, endsAtMs: nowMs + 20 }, nowMs);
    expect(silences.set({ ...given, id: later, startsAtMs: nowMs + 15 }, nowMs)).toBe(later);
    expect(silences.covering({ a: 'b' }, nowMs)).toEqual([id]);
  });

  it('makes another of one whose matchers change, and ends the one before', () => {
    const silences = createSilences();
    const id = silences.set(given, START_MS);
    const matchers = [{ name: 'a', op: '=' as const, value: 'c' }];
    const other = silences.set({ ...given, id, matchers }, START_MS + 5);
    expect(other).not.toBe(id);
    expect(silenceState(silences.get(id)!, START_MS + 5)).toBe('expired');
    // It began now, and covers nothing that was before.
    expect(silences.get(other)).toMatchObject({ startsAtMs: START_MS + 5 });
    const third = silences.set({ ...given, id, endsAtMs: START_MS + 3 * HOUR_MS }, START_MS + 6);
    expect(silences.get(id)?.endsAtMs).toBe(START_MS + 5);
    expect(third).not.toBe(id);
  });

  it('ends one that has not begun, forgets it after days, and holds no more than it can', () => {
    const silences = createSilences();
    const id = silences.set({ ...given, startsAtMs: START_MS + 10 }, START_MS);
    expect(silences.expire('x', START_MS)).toBe(false);
    expect(silences.expire(id, START_MS)).toBe(true);
    expect(silences.get(id)).toMatchObject({ startsAtMs: START_MS, endsAtMs: START_MS });
    const muchLaterMs = START_MS + 121 * HOUR_MS;
    const all = { ...given, startsAtMs: muchLaterMs, endsAtMs: muchLaterMs + HOUR_MS };
    for (let count = 0; count < 10_000; count++) silences.set(all, muchLaterMs);
    expect(silences.get(id)).toBeUndefined();
    expect(() => silences.set(all, muchLaterMs)).toThrow('there are 10000 silences already');
  });
});

describe('createAlertmanager', () => {
  const pager = (more = ''): ReturnType<typeof createAlertmanager> =>
    createAlertmanager(
      readAlertmanagerConfig(
        `route: { receiver: p, group_by: [service], group_wait: 0s, group_interval: 1m, repeat_interval: 4h${more} }\nreceivers: [{ name: p, webhook_configs: [{ url: x, send_resolved: false }] }]\ntime_intervals: [{ name: never, time_intervals: [{ years: [1999] }] }]`,
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
        'route: { receiver: a, group_wait: 0s, group_interval: 1m }\nreceivers: [{ name: a, webhook_configs: [{ url: x }] }]',
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
