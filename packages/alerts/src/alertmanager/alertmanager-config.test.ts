import { describe, expect, it } from 'vitest';
import { alertmanagerConfig } from './alertmanager-config.ts';
import { receiverVariables, receiversFromEnvironment } from './receiver-environment.ts';
import { leastAlertmanager } from './receivers.ts';

describe('alertmanagerConfig', () => {
  it('shows alerts and tells nobody when nobody is configured', () => {
    const { receivers, route } = alertmanagerConfig();
    expect(receivers).toEqual([{ name: 'nobody' }]);
    expect(route.receiver).toBe('nobody');
  });

  it('has only the receivers that are configured, and their secrets as files', () => {
    const { receivers } = alertmanagerConfig({
      receivers: { slack: { url: { file: '/run/secrets/slack' }, channel: '#alerts' } },
    });
    expect(receivers.map(({ name }) => name)).toEqual(['nobody', 'everyone']);
    expect(Object.keys(receivers[1]!)).toEqual(['name', 'slack_configs']);
    expect(JSON.stringify(receivers)).toContain('"api_url_file":"/run/secrets/slack"');
  });

  it('holds back the symptoms of a service that is gone, and of no other service', () => {
    const [first] = alertmanagerConfig().inhibit_rules;
    expect(first).toMatchObject({
      source_matchers: ['alertname = ServiceAbsent'],
      equal: ['deployment_environment_name', 'service'],
    });
  });

  it('escapes the name of a service, which is part of a regular expression', () => {
    const { route } = alertmanagerConfig({
      teams: { web: { services: ['shop.eu'], receivers: { webhook: { url: { value: 'http://web' } } } } },
    });
    expect(JSON.stringify(route)).toContain(JSON.stringify('service =~ "shop\\\\.eu"').slice(1, -1));
  });

  it('tells nobody of quiet environments, and of the other ones by team and by working hours', () => {
    const { route, time_intervals: intervals } = alertmanagerConfig({
      receivers: { slack: { url: { value: 'https://slack.test' } } },
      quietEnvironments: ['dev', 'test'],
      workingHours: { timeZone: 'Europe/Berlin' },
      groupWaitSeconds: 0,
      teams: { web: { services: [], receivers: { webhook: { url: { value: 'http://web' } } } } },
    });
    expect(route.group_wait).toBe('0s');
    expect(route.routes).toContainEqual({
      matchers: ['deployment_environment_name =~ "dev|test"'],
      receiver: 'nobody',
    });
    expect(route.routes?.filter(({ receiver }) => receiver === 'team-web')).toHaveLength(1);
    expect(route.routes?.at(-1)).toMatchObject({
      matchers: ['severity = warning'],
      active_time_intervals: ['working-hours'],
    });
    expect(intervals).toEqual([
      {
        name: 'working-hours',
        time_intervals: [
          {
            weekdays: ['monday:friday'],
            times: [{ start_time: '09:00', end_time: '18:00' }],
            location: 'Europe/Berlin',
          },
        ],
      },
    ]);
  });

  it('leaves out what a receiver can do without, and the quiet environments when there are none', () => {
    const { receivers, route } = alertmanagerConfig({
      receivers: {
        slack: { url: { value: 'https://slack.test' } },
        opsgenie: { apiKey: { value: 'k' }, apiUrl: 'https://api.eu.opsgenie.com/' },
        email: { to: 'a@b.test', from: 'c@d.test', smarthost: 'mail.test:25' },
      },
      deadMansSwitch: { url: { file: '/run/secrets/switch' } },
      quietEnvironments: [],
    });
    const [, everyone, watchdog] = receivers as readonly Record<string, readonly object[]>[];
    expect(everyone?.['slack_configs']?.[0]).not.toHaveProperty('channel');
    expect(everyone?.['opsgenie_configs']?.[0]).toMatchObject({ api_url: 'https://api.eu.opsgenie.com/' });
    expect(everyone?.['email_configs']?.[0]).not.toHaveProperty('auth_username');
    expect(everyone?.['email_configs']?.[0]).not.toHaveProperty('auth_password');
    expect(watchdog?.['webhook_configs']).toEqual([
      { send_resolved: false, url_file: '/run/secrets/switch' },
    ]);
    expect(JSON.stringify(route)).not.toContain('deployment_environment_name =~');
  });

  it('tells everything that is wrong at once', () => {
    expect(() =>
      alertmanagerConfig({
        receivers: { telegram: { botToken: { value: 't' }, chatId: 1.5 }, pager: {} } as object,
        workingHours: { from: '9am' },
      }),
    ).toThrow(
      /chatId[\s\S]*pager[\s\S]*workingHours\.from|workingHours\.from[\s\S]*chatId|pager[\s\S]*chatId/,
    );
  });
});

describe('receiversFromEnvironment', () => {
  it('takes only what is set, a secret from its file', () => {
    expect(
      receiversFromEnvironment({
        ALERT_SLACK_URL_FILE: '/run/secrets/slack',
        ALERT_PAGERDUTY_ROUTING_KEY: 'key',
        ALERT_DISCORD_URL: '',
        ALERT_DEAD_MANS_SWITCH_URL: 'https://switch.test/1',
        PATH: '/bin',
      }),
    ).toEqual({
      receivers: {
        slack: { url: { file: '/run/secrets/slack' } },
        pagerduty: { routingKey: { value: 'key' } },
      },
      deadMansSwitch: { url: { value: 'https://switch.test/1' } },
    });
  });

  it('gives options that the configuration takes, for every variable at once', () => {
    const values = Object.fromEntries(
      Object.keys(receiverVariables).map((name) => [
        name,
        name.endsWith('CHAT_ID') ? '42' : name.endsWith('SMARTHOST') ? 'mail.test:25' : 'https://a.test/x',
      ]),
    );
    const { receivers } = alertmanagerConfig(receiversFromEnvironment(values));
    expect(receivers.map(({ name }) => name)).toEqual(['nobody', 'everyone', 'dead-mans-switch']);
    expect(Object.keys(receivers[1]!)).toHaveLength(9);
  });

  it('names every variable that is missing, double or misspelt', () => {
    expect(() =>
      receiversFromEnvironment({
        ALERT_SLACK_WEBHOOK: 'x',
        ALERT_TEAMS_URL: 'x',
        ALERT_TEAMS_URL_FILE: '/x',
        ALERT_EMAIL_TO: 'a@b.test',
      }),
    ).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_RECEIVER',
        message: expect.stringMatching(
          /ALERT_SLACK_WEBHOOK is no variable.*ALERT_TEAMS_URL and ALERT_TEAMS_URL_FILE.*ALERT_EMAIL_FROM.*ALERT_EMAIL_SMARTHOST/,
        ) as string,
      }),
    );
  });
});

describe('leastAlertmanager', () => {
  it('is 0.25 unless a receiver needs more', () => {
    expect(leastAlertmanager({ slack: { url: { file: '/s' } } })).toBe('0.25.0');
    expect(leastAlertmanager({ telegram: { botToken: { file: '/s' }, chatId: 1 } })).toBe('0.26.0');
    expect(leastAlertmanager({ teams: { url: { value: 'https://t' } } })).toBe('0.28.0');
  });
});
