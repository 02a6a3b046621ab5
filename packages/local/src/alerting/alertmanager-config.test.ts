import { describe, expect, it } from 'vitest';
import { ConfigError, readAlertmanagerConfig, receiverStatuses } from './alertmanager-config.ts';
import { matcherText } from './parse-matchers.ts';

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
