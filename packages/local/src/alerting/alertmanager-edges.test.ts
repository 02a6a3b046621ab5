import { describe, expect, it } from 'vitest';
import { ConfigError, readAlertmanagerConfig, receiverStatuses } from './alertmanager-config.ts';
import { createAlertmanager } from './create-alertmanager.ts';
import type { Notification } from './dispatcher.ts';
import { MatcherError, matcherText, parseMatcher, parseMatchers } from './parse-matchers.ts';
import { readTimeInterval } from './read-time-interval.ts';
import { createSilences, silenceState, sortedSilences } from './silences.ts';
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
    [
      'route: { receiver: a, group_interval: 0s }\nreceivers: [{ name: a }]',
      /group_interval: must not be zero/,
    ],
    [
      'route: { receiver: a, repeat_interval: 0 }\nreceivers: [{ name: a }]',
      /repeat_interval: must not be zero/,
    ],
    [
      'route: { receiver: a, group_interval: 5 }\nreceivers: [{ name: a }]',
      /group_interval: expected a duration/,
    ],
    ...['mute_time_intervals', 'active_time_intervals'].map((key): [string, RegExp] => [
      `route: { receiver: a, ${key}: [t] }\nreceivers: [{ name: a }]\ntime_intervals: [{ name: t }]`,
      /^route: the root route must not have mute or active time intervals$/,
    ]),
  ])('says what is wrong with %j', (file, problem) => {
    const problems = problemsOf(file);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('takes a wait of 0, which needs no unit', () => {
    const { root } = readAlertmanagerConfig(
      'route: { receiver: a, group_wait: 0, routes: [{ group_wait: "0" }] }\nreceivers: [{ name: a }]',
    );
    expect([root.groupWaitMs, root.routes[0]?.groupWaitMs]).toEqual([0, 0]);
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
      { url: 'http://secret', headers: {}, redirect: 'follow', sendsResolved: true, maxAlerts: 0 },
    ]);
    expect(receiverStatuses(config)).toEqual([
      { name: 'a', delivered: ['webhook_configs'], shownOnly: ['slack_configs'] },
      { name: 'b', delivered: [], shownOnly: [] },
    ]);
    expect(config.timeIntervals.has('old')).toBe(true);
  });
});

describe('the webhooks of a receiver', () => {
  const of = (webhooks: string, more = ''): ReturnType<typeof readAlertmanagerConfig> =>
    readAlertmanagerConfig(
      `route: { receiver: a }\nreceivers: [{ name: a, webhook_configs: [${webhooks}] }]\n${more}`,
      (path) => (path === 'there' ? 'from a file\n' : undefined),
    );
  const headersOf = (config: ReturnType<typeof of>): unknown =>
    config.receivers.get('a')?.webhooks.map(({ headers }) => headers);
  const all = 'global: { http_config: { authorization: { credentials: all } } }';

  it('bring credentials of their own, of their address, or those that all have', () => {
    const you = `Basic ${Buffer.from('you:p@ss').toString('base64')}`;
    const config = of(
      [
        '{ url: http://h/1 }',
        '{ url: http://h/2, http_config: { authorization: { credentials_file: there } } }',
        '{ url: http://h/3, http_config: { follow_redirects: false, http_headers: { X-A: { values: [b] } } } }',
        '{ url: "http://you:p%40ss@h/4" }',
      ].join(', '),
      all,
    );
    expect(headersOf(config)).toEqual([
      { authorization: 'Bearer all' },
      { authorization: 'Bearer from a file' },
      { 'x-a': 'b' },
      { authorization: you },
    ]);
    expect(config.receivers.get('a')?.webhooks.map(({ url, redirect }) => [url, redirect])).toEqual([
      ['http://h/1', 'follow'],
      ['http://h/2', 'follow'],
      ['http://h/3', 'manual'],
      ['http://h/4', 'follow'],
    ]);
  });

  it('are shown only where they want what this does not do, and the others are delivered to', () => {
    const config = of(
      [
        '{ url: http://h/1, http_config: { tls_config: { ca_file: c } } }',
        '{ url: http://h/2, http_config: { tls_config: { ca_file: d } } }',
        '{ url: http://h/3, http_config: { authorization: { credentials_file: away } } }',
        '{ url: "http://h/{{ .Receiver }}" }',
        '{ url: http://h/5, payload: { text: hello } }',
        '{ url: http://h/6 }',
      ].join(', '),
    );
    expect(config.receivers.get('a')?.webhooks.map(({ url }) => url)).toEqual(['http://h/6']);
    expect(receiverStatuses(config)).toEqual([
      {
        name: 'a',
        delivered: ['webhook_configs'],
        shownOnly: [
          'webhook_configs with http_config.tls_config',
          'webhook_configs with a credentials_file that is missing',
          'webhook_configs with a template as its URL',
          'webhook_configs with a payload of its own',
        ],
      },
    ]);
  });

  it('are refused by the place of what is wrong, without what is secret', () => {
    expect(
      problemsOf(
        'global: { http_config: { bearer_token: SECRET, basic_auth: {} } }\nroute: { receiver: a }\nreceivers: [{ name: a, webhook_configs: [{ url: http://h, http_config: { authorization: { type: basic, credentials: SECRET } } }] }]',
      ),
    ).toEqual([
      'global.http_config: at most one of authorization, basic_auth, oauth2, bearer_token, bearer_token_file',
      'receivers[0].webhook_configs[0].http_config: for the type basic there is basic_auth',
    ]);
  });
});

describe('parseMatchers', () => {
  it.each([
    ['a=b', ['a="b"']],
    ['{"a.b"=~"c,d", e!~f}', ['a.b=~"c,d"', 'e!~"f"']],
    [String.raw`a="b\"\n\\"`, [String.raw`a="b\"\n\\"`]],
    [String.raw`host=~"web\d+\.x"`, [String.raw`host=~"web\\d+\\.x"`]],
    [String.raw`a=b\n\\c\d\"e`, [String.raw`a="b\n\\c\\d\"e"`]],
    ['a=b\\', [String.raw`a="b\\"`]],
    ['a=', ['a=""']],
    [' , ', []],
  ])('reads %j', (text, expected) => {
    expect(parseMatchers(text).map(matcherText)).toEqual(expected);
  });

  it.each(['a', '=b', 'a="b', 'a=b"c', 'a="', 'a="b"c"', String.raw`a="b\"`])('refuses %j', (text) => {
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
    [{ times: [{ start_time: '12:00', end_time: '12:01' }], location: '' }, true],
  ])('reads when it holds: %j', (written, holds) => {
    expect(isInside([readTimeInterval(written)], START_MS)).toBe(holds);
  });

  it('takes the time zone of the machine for Local', () => {
    expect(readTimeInterval({ location: 'Local' }).location).toBe(
      Intl.DateTimeFormat().resolvedOptions().timeZone,
    );
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
    ...[
      [{ name: 'a', op: '!~' as const, value: '(' }],
      [
        { name: 'a', op: '=' as const, value: 'b' },
        { name: 'b', op: '=~' as const, value: '(' },
      ],
    ].map((matchers): [string, object, string] => [
      `no regular expression as matcher ${matchers.length - 1}`,
      { matchers },
      `invalid label matcher ${matchers.length - 1}: error parsing regexp`,
    ]),
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

  it('takes two starts within a second as the same, as clients send them back', () => {
    const silences = createSilences();
    const id = silences.set({ ...given, startsAtMs: START_MS + 900 }, START_MS + 900);
    expect(silences.set({ ...given, id, startsAtMs: START_MS }, START_MS + 5000)).toBe(id);
    expect(silences.set({ ...given, id, startsAtMs: START_MS + 1000 }, START_MS + 5000)).not.toBe(id);
  });

  it('leaves one that is over as it was when it is ended again', () => {
    const silences = createSilences();
    const id = silences.set(given, START_MS);
    silences.expire(id, START_MS + 10);
    expect(silences.expire(id, START_MS + 20)).toBe(true);
    expect(silences.get(id)).toMatchObject({ endsAtMs: START_MS + 10, updatedAtMs: START_MS + 10 });
  });

  it('forgets one of an earlier process that can cover nothing, and says so', () => {
    const forgotten: string[] = [];
    const problems: string[] = [];
    const base = { ...given, updatedAtMs: START_MS };
    const silences = createSilences(
      {
        all: () => [
          { ...base, id: 'bad', matchers: [{ name: 'a', op: '=~', value: '(' }] },
          { ...base, id: 'good' },
        ],
        keep: () => undefined,
        forget: (ids) => void forgotten.push(...ids),
      },
      (problem) => problems.push(problem),
    );
    expect(silences.covering({ a: 'b' }, START_MS)).toEqual(['good']);
    expect(forgotten).toEqual(['bad']);
    expect(problems).toEqual([
      expect.stringMatching(/^silence bad is forgotten: invalid silence: invalid label matcher 0: /),
    ]);
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

describe('sortedSilences', () => {
  it('has what ends next first, then what begins next, then what has ended last', () => {
    const times = [
      [-3, -2],
      [2, 9],
      [-9, 5],
      [-5, -1],
      [1, 4],
      [-1, 3],
    ] as const;
    const silences = times.map(([from, to]) => ({
      id: `${from} to ${to}`,
      matchers: [],
      startsAtMs: START_MS + from,
      endsAtMs: START_MS + to,
      createdBy: '',
      comment: '',
      updatedAtMs: 0,
    }));
    expect(sortedSilences(silences, START_MS).map(({ id }) => id)).toEqual([
      '-1 to 3',
      '-9 to 5',
      '1 to 4',
      '2 to 9',
      '-5 to -1',
      '-3 to -2',
    ]);
  });
});

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
