import { describe, expect, it } from 'vitest';
import { runWith } from '../../fake-io.fixture.ts';
import type { Io } from '../../io.ts';

const runs = [
  {
    service: 'shop',
    version: '2',
    instance: 'two',
    firstSeenMs: 1_795_000_060_000,
    lastSeenMs: 1_795_000_090_000,
  },
  {
    service: 'shop',
    version: '1',
    instance: 'one',
    firstSeenMs: 1_795_000_000_000,
    lastSeenMs: 1_795_000_030_000,
  },
];
const numbers = { requests: 400, failed: 4, ratePerSecond: 4, errorRatio: 0.01, p95Seconds: 0.08 };
const comparison = {
  before: { ...runs[1], seconds: 30, metricsFoundBy: 'instance' },
  after: { ...runs[0], seconds: 30, metricsFoundBy: 'instance' },
  rule: 'z',
  operations: [
    {
      name: 'GET /orders',
      isSignificant: true,
      before: numbers,
      after: { ...numbers, errorRatio: 0.2, p95Seconds: 1.5 },
    },
    { name: 'GET /steady', isSignificant: false, before: numbers, after: numbers },
  ],
  resources: [{ name: 'heap in use', isSignificant: true, ratio: 1.5 }],
  logs: {
    errors: [{ state: 'new', type: 'TypeError', message: 'no \u001B[2Jmoney', afterLines: 2 }],
    patterns: [
      { state: 'new', level: 'warn', pattern: 'the cache is cold', afterLines: 1 },
      { state: 'new', level: 'info', pattern: 'hello', afterLines: 9 },
    ],
  },
};

/** Answers by what stands behind the API's path. */
function stack(answers: Readonly<Record<string, Response>>, asked: string[] = []): Io['fetch'] {
  return (url) => {
    const { host, pathname, search } = new URL(url);
    asked.push(`${host}${pathname}${search}`);
    const answer = answers[pathname.replace('/sightline/api/v1/', '')];
    return answer === undefined ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(answer);
  };
}

describe('runs list', () => {
  it('lists the runs that the stack has seen', async () => {
    const ran = await runWith('runs list', { fetch: stack({ runs: Response.json(runs) }) });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/shop +2 +2026-11-18T\S+Z +30 s +two\nshop +1 /);
    const json = await runWith('runs list --json', { fetch: stack({ runs: Response.json(runs) }) });
    expect(json.json().result).toEqual({ runs });
  });

  it('says where it looked when there is no stack', async () => {
    const ran = await runWith('runs list --url http://localhost:1', { fetch: stack({}) });
    expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
    expect(ran.stderr).toContain('no embedded stack answers at http://localhost:1');
    const json = (await runWith('runs list --json', { fetch: stack({}) })).json();
    expect(json).toMatchObject({ result: null, problems: [{ code: 'SIGHTLINE_LOCAL_UNREACHABLE' }] });
    const other = stack({ runs: new Response('<html>') });
    expect((await runWith('runs list', { fetch: other })).exitCode).toBe(3);
  });

  it('sends the credentials of the URL, and shows them to nobody', async () => {
    const sent: unknown[] = [];
    const fetch: Io['fetch'] = (url, { headers }) => {
      sent.push(url, headers);
      return Promise.resolve(new Response('', { status: 500 }));
    };
    const ran = await runWith('runs list --url http://me:100%@stack.test', { fetch });
    expect(sent).toEqual([
      'http://stack.test/sightline/api/v1/runs',
      { authorization: `Basic ${btoa('me:100%')}` },
    ]);
    expect(ran.stderr).not.toContain('100%');
  });
});

describe('runs compare', () => {
  it('shows what differs by more than chance and what is new, and ends with 1', async () => {
    const asked: string[] = [];
    const fetch = stack({ 'runs/compare': Response.json(comparison) }, asked);
    const ran = await runWith('runs compare --before one --after two', { fetch });
    expect(ran.exitCode).toBe(1);
    expect(asked).toEqual(['localhost:4318/sightline/api/v1/runs/compare?before=one&after=two']);
    expect(ran.stdout).toMatch(/GET \/orders +errors 1\.0 % → 20\.0 % +p95 80 ms → 1\.50 s +of 400 and 400/);
    expect(ran.stdout).toMatch(/heap in use +× 1\.50/);
    expect(ran.stdout).toMatch(/new error TypeError +no \?\[2Jmoney +2 times/);
    expect(ran.stdout).toMatch(/new warn line +the cache is cold +1 time/);
    expect(ran.stdout).not.toMatch(/steady|hello/);
  });

  it('shows what only one of the runs has, and a resource that cannot be compared', async () => {
    const changed = {
      ...comparison,
      before: { ...comparison.before, version: '' },
      operations: [
        { name: 'GET /new', isSignificant: true, before: undefined, after: numbers },
        { name: 'GET /old', isSignificant: true, before: numbers, after: undefined },
      ],
      resources: [{ name: 'rss', isSignificant: true }],
    };
    const ran = await runWith('runs compare', { fetch: stack({ 'runs/compare': Response.json(changed) }) });
    expect(ran.stdout).toMatch(/GET \/new +errors - → 1\.0 % +p95 - → 80 ms +of 0 and 400/);
    expect(ran.stdout).toMatch(/GET \/old +errors 1\.0 % → - +p95 80 ms → - +of 400 and 0/);
    expect(ran.stdout).toMatch(/rss +× 1\.00/);
    expect(ran.stdout).toContain('before  no version, one');
  });

  it('says that there is no stack, and that nothing has come to it', async () => {
    expect((await runWith('runs compare', { fetch: stack({}) })).exitCode).toBe(3);
    const refused = stack({ runs: new Response('no', { status: 500 }) });
    const ran = await runWith('runs list', { fetch: refused });
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toContain('http://localhost:4318 refuses: no (SIGHTLINE_LOCAL_FAILED)');
    const unknown = stack({ runs: new Response('expected a token', { status: 401 }) });
    expect((await runWith('runs list', { fetch: unknown })).stderr).toContain('set SIGHTLINE_LOCAL_TOKEN');
    const none = await runWith('runs list', { fetch: stack({ runs: Response.json([]) }) });
    expect(none.stdout).toBe('no service has sent a span yet\n');
  });

  it('ends with 0 when nothing differs, and tells what the stack refuses', async () => {
    const equal = { ...comparison, operations: [], resources: [], logs: { errors: [], patterns: [] } };
    const same = await runWith('runs compare', { fetch: stack({ 'runs/compare': Response.json(equal) }) });
    expect(same.exitCode).toBe(0);
    expect(same.stdout).toContain('nothing differs by more than chance');
    const refusal = new Response('there is no run "x"\n', { status: 404 });
    const refused = await runWith('runs compare --after x', { fetch: stack({ 'runs/compare': refusal }) });
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('there is no run "x"');
  });
});
