import { describe, expect, it } from 'vitest';
import { NOW_MS, type Ran, runWith } from '../../fake-io.fixture.ts';
import type { Io } from '../../io.ts';

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

const CONFIG =
  'route: { receiver: everyone }\nreceivers:\n  - name: nobody\n  - name: everyone\n    webhook_configs: [{ url: <secret> }]\n';

/** An Alertmanager that has what was posted, with a fate for it. */
function fakeAlertmanager(status = {}, receiver = 'everyone'): { asked: Asked[]; fetch: Io['fetch'] } {
  const asked: Asked[] = [];
  let alerts: { labels: object }[] = [];
  return {
    asked,
    fetch: (url, init) => {
      asked.push({ url, init });
      if (init.method === 'POST') {
        alerts = JSON.parse(init.body as string) as typeof alerts;
        return Promise.resolve(new Response(''));
      }
      if (url.endsWith('/status')) return Promise.resolve(Response.json({ config: { original: CONFIG } }));
      const listed = alerts.map(({ labels }) => ({
        labels,
        receivers: [{ name: receiver }],
        status: { silencedBy: [], inhibitedBy: [], ...status },
      }));
      return Promise.resolve(Response.json(listed));
    },
  };
}

const posted = (asked: readonly Asked[]): Record<string, Record<string, string>> =>
  (JSON.parse(asked[0]?.init.body as string) as Record<string, Record<string, string>>[])[0]!;

describe('alerts fire', () => {
  it('posts no label that is empty, which Alertmanager would not list', async () => {
    const { asked, fetch } = fakeAlertmanager();
    const ran = await runWith(['alerts', 'fire', 'ErrorRatioHigh', '--label', 'team='], { fetch });
    expect(ran.exitCode).toBe(0);
    expect(posted(asked)['labels']).not.toHaveProperty('team');
  });

  it('posts the alert as its rule would, marked as a test, and tells where it goes', async () => {
    const { asked, fetch } = fakeAlertmanager();
    const ran = await runWith('alerts fire ErrorRatioHigh --service checkout --label team=web --value 0.25', {
      fetch,
    });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toContain('goes to everyone (webhook)');
    expect(asked[0]?.url).toBe('http://localhost:9093/api/v2/alerts');
    expect(posted(asked)).toMatchObject({
      labels: {
        alertname: 'ErrorRatioHigh',
        job: 'checkout',
        service: 'checkout',
        team: 'web',
        severity: 'critical',
      },
      annotations: { summary: '[test] checkout fails 25% of its requests' },
      startsAt: new Date(NOW_MS).toISOString(),
      endsAt: new Date(NOW_MS + 300_000).toISOString(),
    });
    expect(JSON.stringify(posted(asked))).not.toContain('{{');
  });

  it('ends the same alert with --resolve', async () => {
    const first = fakeAlertmanager();
    const second = fakeAlertmanager();
    await runWith('alerts fire LatencyHigh --service a', first);
    const ran = await runWith('alerts fire LatencyHigh --service a --resolve', second);
    expect(ran.exitCode).toBe(0);
    expect(posted(second.asked)['labels']).toEqual(posted(first.asked)['labels']);
    expect(posted(second.asked)['endsAt']).toBe(new Date(NOW_MS).toISOString());
    expect(second.asked).toHaveLength(1);
  });

  it.each([
    [{ silencedBy: ['s1'] }, 'everyone', 'it is silenced by s1'],
    [{ inhibitedBy: ['f1'] }, 'everyone', 'another alert that is firing holds it back'],
    [{}, 'nobody', 'its routes lead to no receiver that notifies'],
  ])('is a finding when nobody is told: %j', async (status, receiver, why) => {
    const ran = await runWith('alerts fire ErrorRatioHigh', fakeAlertmanager(status, receiver));
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain(`nobody will be told: ${why}`);
  });

  it('chooses among alerts of one name by their labels', async () => {
    const { asked, fetch } = fakeAlertmanager();
    await runWith('alerts fire ErrorBudgetBurn --label slo=latency --label severity=warning', { fetch });
    expect(posted(asked)).toMatchObject({ labels: { slo: 'latency', severity: 'warning' } });
    const ran = await runWith('alerts fire ErrorRatioHigh --label severity=info');
    expect(ran.exitCode).toBe(2);
  });

  it('sends nothing with --dry-run, and for an alert that there is not', async () => {
    expect((await runWith('alerts fire ErrorLogSpike --dry-run --json')).json()).toMatchObject({
      exitCode: 0,
      result: {
        sent: false,
        alert: { labels: { service_name: 'sightline-test', service: 'sightline-test' } },
      },
    });
    const ran = await runWith('alerts fire ErorRatioHigh');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('did you mean ErrorRatioHigh?');
  });

  it('passes credentials of the URL as a header, and shows them nowhere', async () => {
    const { asked, fetch } = fakeAlertmanager();
    const line = 'alerts fire ErrorRatioHigh --alertmanager https://user:p%40ss@am.test/proxy/ --json';
    const ran = await runWith(line, { fetch });
    expect(asked[0]?.url).toBe('https://am.test/proxy/api/v2/alerts');
    expect(new Headers(asked[0]?.init.headers).get('authorization')).toBe(`Basic ${btoa('user:p@ss')}`);
    const failed = await runWith(line, { fetch: () => Promise.reject(new Error('x')) });
    expect(ran.stdout + failed.stdout + failed.stderr).not.toMatch(/p%40ss|p@ss/);
  });

  const answers: readonly (readonly [string, () => Promise<Response>, Partial<Ran>, string])[] = [
    [
      'no answer',
      () => Promise.reject(Object.assign(new Error('fetch failed'), { cause: { code: 'ECONNREFUSED' } })),
      { exitCode: 3 },
      'ECONNREFUSED',
    ],
    [
      'a page of a proxy',
      () => Promise.resolve(new Response('<html>', { status: 404 })),
      { exitCode: 3 },
      'answered by 404',
    ],
    ['a fault', () => Promise.resolve(new Response('', { status: 503 })), { exitCode: 3 }, 'answered by 503'],
    [
      'no rights',
      () => Promise.resolve(new Response('', { status: 401 })),
      { exitCode: 1 },
      'credentials that it takes',
    ],
    [
      'a refusal',
      () => Promise.resolve(new Response('"bad label"', { status: 400 })),
      { exitCode: 1 },
      'bad label',
    ],
    ['no JSON', () => Promise.resolve(new Response('<html>')), { exitCode: 3 }, 'something else than JSON'],
  ];
  it.each(answers)('says what is wrong for %s', async (_name, fetch, expected, message) => {
    const ran = await runWith('alerts fire ErrorRatioHigh', { fetch });
    expect(ran).toMatchObject({ ...expected, stdout: '' });
    expect(ran.stderr).toContain(message);
  });
});
