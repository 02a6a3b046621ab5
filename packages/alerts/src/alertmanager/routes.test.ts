import { describe, expect, it } from 'vitest';
import { alertmanagerConfig } from './alertmanager-config.ts';

const webhook = { webhook: { url: { value: 'http://web.test' } } } as const;

function routes(options: Parameters<typeof alertmanagerConfig>[0]) {
  return alertmanagerConfig(options).route.routes ?? [];
}

describe('the routes of alertmanagerConfig', () => {
  it('group what goes wrong together, and wait, and say it again, as long as they are told', () => {
    const { route } = alertmanagerConfig({
      receivers: webhook,
      groupWaitSeconds: 45,
      groupIntervalSeconds: 120,
      repeatIntervalSeconds: 7200,
    });
    expect(route).toMatchObject({
      receiver: 'everyone',
      group_by: ['alertname', 'deployment_environment_name', 'service'],
      group_wait: '45s',
      group_interval: '2m',
      repeat_interval: '2h',
    });
  });

  it.each([
    { groupWaitSeconds: 30, repeatIntervalSeconds: 14_400, wait: '10s', again: '1h', later: '1d' },
    { groupWaitSeconds: 5, repeatIntervalSeconds: 600, wait: '5s', again: '10m', later: '1d' },
    { groupWaitSeconds: 0, repeatIntervalSeconds: 172_800, wait: '0s', again: '1h', later: '2d' },
  ])(
    'say what is critical after $wait and again after $again, a warning again after $later',
    ({ wait, again, later, ...options }) => {
      expect(routes({ receivers: webhook, ...options }).slice(-2)).toEqual([
        { matchers: ['severity = critical'], group_wait: wait, repeat_interval: again },
        { matchers: ['severity = warning'], repeat_interval: later },
      ]);
    },
  );

  it.each([
    { deadMansSwitch: undefined, receiver: 'nobody' },
    { deadMansSwitch: { url: { value: 'http://switch.test' } }, receiver: 'dead-mans-switch' },
  ])('send the watchdog every minute to $receiver, and what is for information to nobody', (each) => {
    const { deadMansSwitch, receiver } = each;
    expect(routes({ receivers: webhook, ...(deadMansSwitch && { deadMansSwitch }) }).slice(0, 2)).toEqual([
      {
        matchers: ['alertname = Watchdog'],
        receiver,
        group_wait: '0s',
        group_interval: '1m',
        repeat_interval: '1m',
      },
      { matchers: ['severity =~ "info|none"'], receiver: 'nobody' },
    ]);
  });

  it('lead to a team by the label of the target or by its services, and there by severity', () => {
    const all = routes({
      receivers: webhook,
      teams: {
        web: { services: ['shop', 'cart'], receivers: webhook },
        quiet: { services: ['batch'], receivers: {} },
      },
    });
    const web = all.filter(({ receiver }) => receiver === 'team-web');
    expect(web.map(({ matchers }) => matchers)).toEqual([['team = "web"'], ['service =~ "shop|cart"']]);
    for (const { routes: own } of web) {
      expect(own?.map(({ matchers }) => matchers)).toEqual([['severity = critical'], ['severity = warning']]);
    }
    expect(JSON.stringify(all)).not.toContain('quiet');
  });

  it('lead to a team that is the only one to be told', () => {
    const config = alertmanagerConfig({ teams: { web: { services: ['shop'], receivers: webhook } } });
    expect(config.route.receiver).toBe('nobody');
    expect(config.receivers.map(({ name }) => name)).toEqual(['nobody', 'team-web']);
  });
});

describe('the working hours of alertmanagerConfig', () => {
  it.each([
    [
      'friday:monday',
      '22:00',
      '06:00',
      ['friday', 'saturday', 'sunday', 'monday'],
      ['00:00 06:00', '22:00 24:00'],
    ],
    ['saturday:sunday', '22:00', '00:00', ['saturday', 'sunday'], ['22:00 24:00']],
    ['sunday:friday', '00:00', '24:00', ['sunday:friday'], ['00:00 24:00']],
    ['sunday', '09:00', '18:00', ['sunday'], ['09:00 18:00']],
  ])('writes %s, %s to %s in ranges that Alertmanager takes', (days, from, to, weekdays, times) => {
    const config = alertmanagerConfig({ workingHours: { days, from, to } });
    const [interval] = config.time_intervals as {
      time_intervals: Record<string, Record<string, string>[]>[];
    }[];
    const [only] = interval?.time_intervals ?? [];
    expect(only?.['weekdays']).toEqual(weekdays);
    expect(only?.['times']?.map((time) => `${time['start_time']} ${time['end_time']}`)).toEqual(times);
  });

  it.each(['09:30', '19:59', '20:00', '23:59', '24:00'])('may end at %s', (to) => {
    const [interval] = alertmanagerConfig({ workingHours: { to } }).time_intervals ?? [];
    expect(JSON.stringify(interval)).toContain(`"end_time":"${to}"`);
  });

  it.each(['24:01', '24:30', '25:00', '29:00', '12:60', '9:00', '009:00', '09:000', '9am'])(
    'may not end at %s, which Alertmanager does not take',
    (to) => {
      expect(() => alertmanagerConfig({ workingHours: { to } })).toThrow(
        expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
      );
    },
  );
});

describe('the receivers of alertmanagerConfig', () => {
  const slack = (length: number) => ({
    receivers: { slack: { url: { value: 'http://slack.test' }, channel: `#${'a'.repeat(length - 1)}` } },
  });

  it('take the name of a Slack channel of 80 characters, and no longer one', () => {
    expect(alertmanagerConfig(slack(80)).receivers).toHaveLength(2);
    expect(() => alertmanagerConfig(slack(81))).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});

describe('the inhibitions of alertmanagerConfig', () => {
  const inhibitions = alertmanagerConfig().inhibit_rules;

  it('hold within a service of an environment, and where that is not enough within the instance, SLO or check', () => {
    for (const { equal, source_matchers: sources } of inhibitions) {
      expect(equal.slice(0, 2)).toEqual(['deployment_environment_name', 'service']);
      const within = equal.slice(2);
      const expected = /Heap|EventLoop/.test(sources.join())
        ? ['instance']
        : /ErrorBudgetBurn/.test(sources.join())
          ? ['slo']
          : /HealthCheckDown/.test(sources.join())
            ? ['check']
            : [];
      expect(within).toEqual(expected);
    }
  });

  it.each([
    ['ServiceAbsent', 'alertname !~ "ServiceAbsent|Watchdog"'],
    ['ErrorRatioHigh', 'RouteErrorRatioHigh'],
    ['LatencyHigh', 'RouteLatencyHigh'],
    ['CrashLooping', 'Restarting'],
    ['BreakerOpen', 'DependencyFailing'],
    ['BreakerOpen', 'circuit_breaker:'],
    ['HeapNearLimit', 'HeapGrowing'],
    ['HeapGrowing', 'MemoryGrowing'],
    ['EventLoopBlocked', 'EventLoopDelayHigh'],
    ['ErrorBudgetBurn', 'severity = warning'],
    ['HealthCheckDown', 'HealthCheckDegraded'],
  ])('hold back behind %s what it explains: %s', (source, target) => {
    const found = inhibitions.filter(
      ({ source_matchers: sources, target_matchers: targets }) =>
        sources.includes(`alertname = ${source}`) && targets.join(' ').includes(target),
    );
    expect(found).toHaveLength(1);
  });
});
