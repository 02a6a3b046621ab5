import { type Rule, alertRules, defineSlo, logRules, sloRules } from '@sightline/alerts';
import { metrics } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { filledIn } from './alerts/filled-in.ts';

type Alert = Extract<Rule, { alert: string }>;
type Labels = Readonly<Record<string, string>>;

/** As long as a notification shows in its first lines. */
const SHORT = 140;
const counts = { errors: 'rate(failed_total[{{window}}])', total: 'rate(jobs_total[{{window}}])' } as const;
const slos = [
  defineSlo({ name: 'availability', objective: 0.999, sli: { kind: 'availability' } }),
  defineSlo({ name: 'jobs', objective: 0.99, sli: { kind: 'events', ...counts } }),
  defineSlo({
    service: 'shop',
    route: '/pay',
    objective: 0.9,
    sli: { kind: 'latency', thresholdSeconds: 1 },
  }),
];
const alerts = [...Object.values(alertRules()), ...sloRules(slos), logRules()]
  .flatMap(({ rules }) => rules)
  .filter((rule): rule is Alert => 'alert' in rule);

/** Labels that stand for everything past a bound, and all that a series may be without. */
const bounded = ['http_route', 'server_address'];
const absent = [...bounded, 'service_version', 'destination', 'deployment_environment_name'];

/** What an alert says: its summary, its description and its links. */
async function textsOf({ annotations }: Alert, labels: Labels, value: number): Promise<Labels> {
  const filled = Object.entries(annotations).map(
    async ([key, text]) => [key, await filledIn(text, { labels, value })] as const,
  );
  return Object.fromEntries(await Promise.all(filled));
}

/** A value for each label that the texts name: its own name, or the one that is given. */
function labelsOf({ annotations }: Alert, given: Labels = {}): Labels {
  const names = Array.from(
    Object.values(annotations)
      .join(' ')
      .matchAll(/\$labels\.(\w+)/g),
    ([, name = '']) => name,
  );
  return Object.fromEntries(names.map((name) => [name, given[name] ?? name]));
}

/** What nobody would write: templates that are left, words or signs without what belongs before them. */
const unreadable =
  /<no value>|<error|\{\{|\}\}|%!| {2}|^ | $| [.,:;](?: |$)|\b(?:of|to|on|for|from|by) (?:of|from|by|fails?|is)\b|^_OTHER|\d\.\d{3,}/;

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (_name, alert) => {
  it.each([
    ['has every label', {}],
    ['is without what a series may be without', Object.fromEntries(absent.map((name) => [name, '']))],
    ['stands for what is past a bound', Object.fromEntries(bounded.map((name) => [name, '_OTHER']))],
    ['is of Sightline itself', { signal: 'traces', destination: 'other' }],
  ])('reads well where its series %s', async (_what, given) => {
    const { summary = '', description = '' } = await textsOf(alert, labelsOf(alert, given), 3);
    expect(summary).not.toMatch(unreadable);
    expect(description).not.toMatch(unreadable);
    expect(description).toMatch(/^[A-Z\d].*[.]$/);
    expect(summary.length).toBeLessThan(SHORT);
  });

  it('counts one thing, several and a million as people do', async () => {
    const labels = labelsOf(alert);
    const { summary: several = '' } = await textsOf(alert, labels, 2);
    const { summary: one = '' } = await textsOf(alert, labels, 1);
    const { summary: many = '' } = await textsOf(alert, labels, 1e6);
    const [, counted] = /(?<![.\d])2 ((?:[a-z]+ )*?[a-z]+s)\b/.exec(several) ?? [];
    expect(one).not.toContain(`1 ${counted ?? 'things'}`);
    expect(many).not.toMatch(/e\+\d+ [a-z]/);
  });
});

const shop = { job: 'shop', service_name: 'shop', name: 'payments', check: 'pg', instance: 'a:1' };

describe('the summary', () => {
  it.each<[alert: string, labels: Labels, value: number, summary: string]>([
    ['BreakerOpen', {}, 1, 'The breaker payments of shop is open on 1 instance'],
    ['BreakerOpen', {}, 3, 'The breaker payments of shop is open on 3 instances'],
    ['BulkheadFull', {}, 1.02, 'The bulkhead payments of shop turned away 1 call in 5 minutes'],
    ['HealthCheckDegraded', {}, 0, 'The check pg of shop is down on a:1'],
    ['HealthCheckDegraded', {}, 0.5, 'The check pg of shop is degraded on a:1'],
    [
      'RouteLatencyHigh',
      { http_route: '/pay' },
      3,
      'shop is slow on /pay: one request in twenty takes over 3s',
    ],
    ['RouteLatencyHigh', {}, 3, 'shop is slow on paths without a route: one request in twenty takes over 3s'],
    [
      'RouteErrorRatioHigh',
      { http_route: '_OTHER' },
      0.11,
      'shop fails 11% of the requests to routes past the bound (_OTHER)',
    ],
    ['DependencyFailing', { server_address: 'bank' }, 0.55, '55% of the calls from shop to bank fail'],
    [
      'DependencyFailing',
      { server_address: '_OTHER' },
      0.55,
      '55% of the calls from shop to hosts without a name (_OTHER) fail',
    ],
    [
      'DependencySlow',
      { server_address: '' },
      2.25,
      'shop waits for hosts without a name: one call in twenty takes over 2.25s',
    ],
    [
      'LogLinesDropped',
      { destination: 'loki' },
      12.4,
      'shop dropped 12 log lines on the way to Loki in 10 minutes',
    ],
    ['TelemetryDropped', { signal: 'traces' }, 1, 'shop dropped 1 span in 10 minutes'],
    ['TelemetryDropped', { signal: 'metrics' }, 7, 'shop dropped 7 data points in 10 minutes'],
    ['OptionsWrong', {}, 1, 'shop was started with 1 wrong option'],
    ['DeployErrorsRegressed', {}, 0.03, 'The new version of shop fails 3% more of its requests than before'],
    ['ErrorBudgetSpent', {}, 1.12, 'shop (availability) has spent 112% of its error budget'],
    ['ErrorLogSpike', {}, 1_200_000, 'shop logged the same error 1200000 times in 5 minutes'],
    ['CertificateEnding', {}, 95_400, 'The certificate of a:1 ends in 1d 2h 30m 0s'],
    ['CertificateEnding', {}, -60, 'The certificate of a:1 has ended'],
  ])('of %s with %j and %d is said as it is', async (name, labels, value, summary) => {
    const alert = alerts.find((each) => each.alert === name)!;
    expect((await textsOf(alert, { ...shop, ...labels }, value))['summary']).toBe(summary);
  });
});

describe('the description', () => {
  const lost: readonly (readonly [alert: string, reasons: readonly string[]])[] = [
    ['LogLinesDropped', metrics.sightline_log_lines_dropped_total.labelValues.reason],
    ['TelemetryDropped', metrics.sightline_export_dropped_items_total.labelValues.reason],
    ['ObservationsDropped', metrics.sightline_observations_dropped_total.labelValues.reason],
  ];

  it.each(lost)('of %s says in words why something was lost, for %j', async (name, reasons) => {
    const alert = alerts.find((each) => each.alert === name)!;
    for (const reason of reasons) {
      // oxlint-disable-next-line no-await-in-loop -- a few
      const { description = '' } = await textsOf(alert, { ...shop, reason }, 3);
      expect(description).toMatch(/^They were lost because [a-z]+ [a-z ]+\./);
    }
  });
});

describe('the search for traces', () => {
  it.each([
    ['/pay', ' && span.http.route = `/pay`'],
    [String.raw`/a(\d+)/"b"`, String.raw` && span.http.route = ${'`'}/a(\d+)/"b"${'`'}`],
    ['', ''],
    ['_OTHER', ''],
  ])('of an alert of the route %j asks for it, if it is one', async (route, condition) => {
    const alert = alerts.find((each) => each.alert === 'RouteErrorRatioHigh')!;
    const { trace_url: url = '' } = await textsOf(alert, { job: 'shop', http_route: route }, 1);
    const panes = JSON.parse(new URL(url).searchParams.get('panes') ?? '') as {
      a: { queries: readonly { query: string }[] };
    };
    expect(panes.a.queries[0]?.query).toBe(
      `{ resource.service.name = "shop" && kind = server && status = error${condition} }`,
    );
  });
});
