import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ScrapedPage, servePage } from './contract/page.ts';
import { type Target, ask, client } from './contract/target.ts';
import { type DebianProgram, debianProgram } from './servers/debian.ts';
import { startPrometheus } from './servers/prometheus.ts';

const RULES = `
groups:
  - name: contract
    interval: 1s
    rules:
      - { record: "tenant:shop_orders:sum", expr: "sum by (tenant) (shop_orders_total)" }
      - alert: ManyOrders
        expr: shop_orders_total > 6
        labels: { severity: warning }
        annotations: { summary: "{{ $labels.tenant }} has {{ $value }} orders" }
      - { alert: NeverYet, expr: "shop_load > 0", for: 1h }
`;

/** Each of them has to answer all of it. */
const targets: readonly {
  readonly name: string;
  readonly program?: DebianProgram;
  /** Whether it sends what it scrapes to an embedded stack, by remote write 2.0. */
  readonly writes?: boolean;
}[] = [
  { name: 'the embedded stack' },
  {
    name: "this Debian's Prometheus",
    program: { program: 'prometheus', package: 'prometheus', release: 'own' },
  },
  {
    name: "the newest Debian's Prometheus",
    program: { program: 'prometheus', package: 'prometheus', release: 'sid' },
    writes: true,
  },
];

/** Scrapes nothing itself. */
let written: LocalStack;
let page: ScrapedPage;
let folder: string;
const running = new Map<string, Target>();
const missing = new Map<string, string>();
let promtool = '';

beforeAll(async () => {
  page = await servePage();
  written = await startLocal({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'sightline-contract-'));
  const rules = [join(folder, 'rules.yml')];
  await writeFile(rules[0] ?? '', RULES);
  for (const { name, program, writes } of targets) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the second may be what the first has just got
    const target = await start(program, rules, writes);
    if (typeof target === 'string') missing.set(name, target);
    else running.set(name, target);
  }
  const found = await debianProgram({ program: 'promtool', package: 'prometheus', release: 'own' });
  promtool = 'path' in found ? found.path : '';
  await Promise.all([...running.values()].map(settled));
}, 240_000);

afterAll(async () => {
  await Promise.all([...[...running.values()].map((each) => each.stop()), page.close(), written.close()]);
  await rm(folder, { recursive: true });
});

async function start(
  program: DebianProgram | undefined,
  rules: readonly string[],
  writes = false,
): Promise<Target | string> {
  if (program === undefined) {
    const stack = await startLocal({
      port: 0,
      scrape: { intervalMs: 1000, timeoutMs: 900, jobs: [{ job: 'shop', targets: [page.address] }] },
      rules: [...rules],
    });
    return { url: stack.url, stop: () => stack.close() };
  }
  const found = await debianProgram(program);
  if ('missing' in found) return found.missing;
  const alerts = { rules, alertmanager: '127.0.0.1:9' };
  return startPrometheus({
    path: found.path,
    jobs: { shop: page.address },
    alerts,
    ...(writes && {
      remoteWrite: { url: `${written.url}/api/v1/write`, withRules: true, version: 2 },
      // Without it no metadata goes with what is written.
      flags: ['--enable-feature=metadata-wal-records'],
    }),
  });
}

/** Until it has scraped twice and its rules have been evaluated on that. */
async function settled(target: Target): Promise<void> {
  await vi.waitFor(
    async () => {
      const query = 'min(count_over_time(up[1m])) >= 2 and on () count(ALERTS) == 2';
      expect(await ask(target, '/api/v1/query', { parameters: { query } })).toMatchObject({
        body: { data: { result: [{}] } },
      });
    },
    { timeout: 20_000, interval: 100 },
  );
}

describe.each(targets)('the API of Prometheus, by $name', ({ name, program }) => {
  function targetOf(ctx: { skip(note: string): never }): Target {
    const target = running.get(name);
    if (target !== undefined) return target;
    const reason = missing.get(name) ?? 'it is not there';
    process.stdout.write(`skipped: ${reason}\n`);
    return ctx.skip(reason);
  }

  const series = { job: 'shop', instance: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string };

  it('answers instant queries: vectors, scalars and texts', async (ctx) => {
    const target = targetOf(ctx);
    const query = (text: string) => ask(target, '/api/v1/query', { parameters: { query: text } });
    expect(await query('sort(sum by (tenant) (shop_orders_total))')).toEqual({
      status: 200,
      body: {
        status: 'success',
        data: {
          resultType: 'vector',
          result: [
            { metric: { tenant: 'one' }, value: [expect.any(Number), '5'] },
            { metric: { tenant: 'two' }, value: [expect.any(Number), '7'] },
          ],
        },
      },
    });
    expect(await query('1 / 0')).toMatchObject({
      body: { data: { resultType: 'scalar', result: [expect.any(Number), '+Inf'] } },
    });
    expect(await query('"a text"')).toMatchObject({
      body: { data: { resultType: 'string', result: [expect.any(Number), 'a text'] } },
    });
    expect(await query('shop_load[1m]')).toMatchObject({
      body: { data: { resultType: 'matrix', result: [{ metric: { __name__: 'shop_load', ...series } }] } },
    });
  });

  it('answers range queries, by GET and by a form', async (ctx) => {
    const target = targetOf(ctx);
    const now = Math.floor(Date.now() / 1000);
    const parameters = { query: 'vector(2)', start: String(now - 20), end: String(now), step: '10' };
    const expected = {
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [{ metric: {}, values: [now - 20, now - 10, now].map((at) => [at, '2']) }],
      },
    };
    expect(await ask(target, '/api/v1/query_range', { parameters })).toEqual({ status: 200, body: expected });
    const posted = await fetch(`${target.url}/api/v1/query_range`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    });
    expect(await posted.json()).toEqual(expected);
  });

  it.each([
    ['sum(', 400, 'bad_data', /^invalid parameter "query": 1:5: parse error: /],
    [
      'rate(shop_orders_total)',
      400,
      'bad_data',
      /^invalid parameter "query": 1:6: parse error: expected type range vector in call to function "rate", got instant vector$/,
    ],
    [
      'shop_orders_total + on () shop_orders_total',
      422,
      'execution',
      /^found duplicate series for the match group \{\} on the right hand-side of the operation: \[.*\];many-to-many matching not allowed: matching labels must be unique on one side$/,
    ],
  ] as const)('says of %s what is wrong', async (query, status, errorType, error) => {
    const target = running.get(name);
    if (target === undefined) return;
    const answer = await ask(target, '/api/v1/query', { parameters: { query } });
    expect(answer).toMatchObject({
      status,
      body: { status: 'error', errorType, error: expect.stringMatching(error) as string },
    });
  });

  it('refuses ranges without a step, an end before the start, and times that are none', async (ctx) => {
    const target = targetOf(ctx);
    const range = (parameters: Record<string, string>) =>
      ask(target, '/api/v1/query_range', { parameters: { query: 'up', ...parameters } });
    const refused = { status: 400, body: { status: 'error', errorType: 'bad_data' } };
    expect(await range({ start: '1', end: '2' })).toMatchObject(refused);
    expect(await range({ start: '2', end: '1', step: '1' })).toMatchObject(refused);
    expect(await range({ start: 'soon', end: '2', step: '1' })).toMatchObject(refused);
    expect(await range({ start: '1', end: '2', step: '0' })).toMatchObject(refused);
    expect(await range({ start: '0', end: '1000000', step: '1' })).toMatchObject(refused);
  });

  it('lists series, labels and their values', async (ctx) => {
    const target = targetOf(ctx);
    const orders: [string, string][] = [['match[]', 'shop_orders_total']];
    expect(
      await ask(target, '/api/v1/series', { parameters: [['match[]', 'shop_orders_total{route="/a"}']] }),
    ).toEqual({
      status: 200,
      body: {
        status: 'success',
        data: [{ __name__: 'shop_orders_total', route: '/a', tenant: 'one', ...series }],
      },
    });
    expect(await ask(target, '/api/v1/labels', { parameters: orders })).toMatchObject({
      body: { data: ['__name__', 'instance', 'job', 'route', 'tenant'] },
    });
    expect(await ask(target, '/api/v1/label/tenant/values')).toMatchObject({
      body: { data: ['one', 'two'] },
    });
    expect(
      await ask(target, '/api/v1/label/route/values', { parameters: [['match[]', '{tenant="two"}']] }),
    ).toMatchObject({
      body: { data: ['/b'] },
    });
    expect(await ask(target, '/api/v1/series')).toMatchObject({
      status: 400,
      body: { errorType: 'bad_data' },
    });
  });

  it('looks at all times for series and labels where none are said', async (ctx) => {
    const target = targetOf(ctx);
    const load: [string, string][] = [['match[]', 'shop_load']];
    const all = (more: readonly [string, string][]) =>
      ask(target, '/api/v1/series', { parameters: [...load, ...more] });
    expect(await all([])).toMatchObject({ body: { data: [{ __name__: 'shop_load' }] } });
    expect(await all([['start', '0']])).toMatchObject({ body: { data: [{ __name__: 'shop_load' }] } });
    expect(await all([['end', '1']])).toMatchObject({ body: { data: [] } });
    const parameters = { query: 'shop_seconds_bucket' };
    expect(await ask(target, '/api/v1/query_exemplars', { parameters })).toMatchObject({
      body: { data: [{ seriesLabels: { le: '0.1' } }] },
    });
  });

  it('counts a sample as that of now for as long as lookback_delta says', async (ctx) => {
    const target = targetOf(ctx);
    const time = String(Date.now() / 1000 + 600);
    const found = async (lookback: Record<string, string>): Promise<readonly unknown[]> => {
      const parameters = { query: 'shop_load', time, ...lookback };
      const instant = await ask(target, '/api/v1/query', { parameters });
      const range = { query: 'shop_load', start: time, end: time, step: '1', ...lookback };
      const ranged = await ask(target, '/api/v1/query_range', { parameters: range });
      return [instant, ranged].map(
        ({ body }) => (body as { data: { result: readonly unknown[] } }).data.result.length,
      );
    };
    expect(await found({})).toEqual([0, 0]);
    const { body } = await ask(target, '/api/v1/status/buildinfo');
    // The older release does not have it.
    if (program !== undefined && (body as { data: { version: string } }).data.version.startsWith('2.'))
      return;
    expect(await found({ lookback_delta: '1h' })).toEqual([1, 1]);
    expect(await found({ lookback_delta: '3600' })).toEqual([1, 1]);
    expect(await found({ lookback_delta: '0' })).toEqual([0, 0]);
    const wrong = { query: 'shop_load', lookback_delta: 'x' };
    expect(await ask(target, '/api/v1/query', { parameters: wrong })).toMatchObject({
      status: 400,
      body: {
        errorType: 'bad_data',
        error: 'error parsing lookback delta duration: cannot parse "x" to a valid duration',
      },
    });
  });

  it('tells type, help and unit of metrics', async (ctx) => {
    const target = targetOf(ctx);
    expect(await ask(target, '/api/v1/metadata', { parameters: { metric: 'shop_seconds' } })).toEqual({
      status: 200,
      body: {
        status: 'success',
        data: { shop_seconds: [{ type: 'histogram', help: 'How long orders take.', unit: 'seconds' }] },
      },
    });
    const limited = (limit: string) =>
      ask(target, '/api/v1/metadata', { parameters: { metric: 'shop_seconds', limit_per_metric: limit } });
    const shown = { body: { data: { shop_seconds: [{ type: 'histogram' }] } } };
    for (const limit of ['-1', '0', '1', '2']) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      expect(await limited(limit)).toMatchObject(shown);
    }
  });

  it('gives back exemplars', async (ctx) => {
    const target = targetOf(ctx);
    const now = Math.ceil(Date.now() / 1000);
    const parameters = { query: 'shop_seconds_bucket', start: String(now - 300), end: String(now) };
    const answer = await ask(target, '/api/v1/query_exemplars', { parameters });
    expect(answer).toMatchObject({
      body: {
        data: [
          {
            seriesLabels: { __name__: 'shop_seconds_bucket', le: '0.1', ...series },
            exemplars: expect.arrayContaining([
              {
                labels: { trace_id: 'fedcba9876543210fedcba9876543210' },
                value: '0.05',
                timestamp: expect.any(Number),
              },
            ]),
          },
        ],
      },
    });
  });

  it('shows targets, rules and alerts', async (ctx) => {
    const target = targetOf(ctx);
    expect(await ask(target, '/api/v1/targets')).toMatchObject({
      body: {
        data: {
          activeTargets: [{ health: 'up', lastError: '', labels: series, scrapePool: 'shop' }],
          droppedTargets: [],
        },
      },
    });
    const alert = {
      labels: { alertname: 'ManyOrders', severity: 'warning', tenant: 'two', route: '/b', ...series },
      annotations: { summary: 'two has 7 orders' },
      state: 'firing',
      activeAt: expect.any(String) as string,
      value: expect.stringMatching(/^7(?:e\+00)?$/) as string,
    };
    const { body } = await ask(target, '/api/v1/rules', { parameters: { type: 'alert' } });
    expect(body).toMatchObject({
      data: {
        groups: [
          {
            name: 'contract',
            interval: 1,
            rules: [
              {
                name: 'ManyOrders',
                type: 'alerting',
                state: 'firing',
                health: 'ok',
                duration: 0,
                labels: { severity: 'warning' },
                alerts: [alert],
              },
              { name: 'NeverYet', state: 'pending', duration: 3600 },
            ],
          },
        ],
      },
    });
    expect(await ask(target, '/api/v1/alerts')).toMatchObject({
      body: { data: { alerts: expect.arrayContaining([expect.objectContaining(alert)]) } },
    });
    expect(
      await ask(target, '/api/v1/query', { parameters: { query: 'tenant:shop_orders:sum{tenant="two"}' } }),
    ).toMatchObject({
      body: { data: { result: [{ value: [expect.any(Number), '7'] }] } },
    });
  });

  it('formats queries: on one line what fits, else each part on its own', async (ctx) => {
    const target = targetOf(ctx);
    const formatted = (query: string) => ask(target, '/api/v1/format_query', { parameters: { query } });
    expect(
      await formatted('sum by(a)( rate( shop_orders_total{tenant="one",route!="/b"}[60s] offset 90s ) )'),
    ).toEqual({
      status: 200,
      body: {
        status: 'success',
        data: 'sum by (a) (rate(shop_orders_total{route!="/b",tenant="one"}[1m] offset 1m30s))',
      },
    });
    const long =
      'histogram_quantile(0.99,sum by(le,job)(rate(shop_seconds_bucket[5m])))>0.5 and on(job) sum by(job)(rate(shop_seconds_count[5m]))>1e-3';
    expect(await formatted(long)).toMatchObject({
      body: {
        data: [
          '  histogram_quantile(0.99, sum by (le, job) (rate(shop_seconds_bucket[5m]))) > 0.5',
          'and on (job)',
          '  sum by (job) (rate(shop_seconds_count[5m])) > 0.001',
        ].join('\n'),
      },
    });
    expect(await formatted('sum(')).toMatchObject({ status: 400, body: { errorType: 'bad_data' } });
  });

  it('tells what is scraped, and the metadata of it', async (ctx) => {
    const target = targetOf(ctx);
    // The older release does not have it.
    const pools = await ask(target, '/api/v1/scrape_pools');
    const shown = pools.status === 404 ? { data: { scrapePools: ['shop'] } } : pools.body;
    expect(shown).toMatchObject({ data: { scrapePools: ['shop'] } });
    const metadata = (parameters: Record<string, string>) =>
      ask(target, '/api/v1/targets/metadata', { parameters });
    expect(await metadata({ metric: 'shop_load', match_target: '{job="shop"}' })).toEqual({
      status: 200,
      body: {
        status: 'success',
        data: [{ target: series, type: 'gauge', help: 'Work under way.', unit: '' }],
      },
    });
    const all = (await metadata({})).body as { data: readonly { metric: string; type: string }[] };
    expect(all.data).toContainEqual(expect.objectContaining({ metric: 'shop_seconds', unit: 'seconds' }));
    expect(await metadata({ match_target: '{job="none"}' })).toMatchObject({ body: { data: [] } });
    expect(await metadata({ match_target: '{' })).toMatchObject({ status: 400 });
  });

  it('tells of its build, and that it is ready', async (ctx) => {
    const target = targetOf(ctx);
    expect(await ask(target, '/api/v1/status/buildinfo')).toMatchObject({
      body: { data: { version: expect.any(String) } },
    });
    expect(await ask(target, '/-/ready')).toMatchObject({ status: 200 });
  });

  it('shows the newest samples to a Prometheus that federates', async (ctx) => {
    const target = targetOf(ctx);
    const { status, body } = await ask(target, '/federate', {
      parameters: [['match[]', 'shop_orders_total']],
    });
    expect(status).toBe(200);
    const lines = String(body)
      .split('\n')
      .filter((line) => line.startsWith('shop_orders_total{'));
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^shop_orders_total\{.*tenant="(?:one|two)".*\} [57] \d{13}$/);
  });

  it('is understood by promtool', async (ctx) => {
    const target = targetOf(ctx);
    if (promtool === '') return ctx.skip('there is no promtool');
    const query = (...args: string[]) => client(promtool, ['query', ...args]);
    expect(await query('instant', target.url, 'sum(shop_orders_total)')).toEqual({
      code: 0,
      output: expect.stringMatching(/^\{\} => 12 @\[[\d.]+\]\n$/) as string,
    });
    expect(await query('series', '--match=shop_load', target.url)).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^\{__name__="shop_load", instance="127\.0\.0\.1:\d+", job="shop"\}\n$/,
      ) as string,
    });
    expect(await query('labels', target.url, 'tenant')).toEqual({ code: 0, output: 'one\ntwo\n' });
    const range = await query('range', '--step=1s', target.url, 'vector(1)');
    expect(range).toMatchObject({ code: 0, output: expect.stringMatching(/^\{\} =>\n1 @\[/) as string });
    expect(await query('instant', target.url, 'sum(')).toMatchObject({ code: 1 });
    return undefined;
  });
});

describe('remote write 2.0', () => {
  it('from a real Prometheus brings its samples, rules, exemplars and metadata to the embedded stack', async (ctx) => {
    const sender = targets.find(({ writes }) => writes);
    const reason = missing.get(sender?.name ?? '');
    if (reason !== undefined) return ctx.skip(reason);
    const target = { url: written.url, stop: () => written.close() };
    const value = async (query: string): Promise<unknown> => (await written.promql(query))[0]?.value;
    await vi.waitFor(
      async () => {
        expect(await value('sum(shop_orders_total{job="shop",instance!=""})')).toBe(12);
        expect(await value('histogram_quantile(0.5, shop_seconds_bucket)')).toBe(0.1);
        expect(await value('tenant:shop_orders:sum{tenant="two"}')).toBe(7);
        expect(await value('count(ALERTS)')).toBe(2);
        const about = { query: 'shop_seconds_bucket', start: '0', end: String(Date.now() / 1000) };
        expect(await ask(target, '/api/v1/query_exemplars', { parameters: about })).toMatchObject({
          body: { data: [{ exemplars: [{ labels: { trace_id: 'fedcba9876543210fedcba9876543210' } }] }] },
        });
        expect(
          await ask(target, '/api/v1/metadata', { parameters: { metric: 'shop_seconds' } }),
        ).toMatchObject({
          body: {
            data: { shop_seconds: [{ type: 'histogram', help: 'How long orders take.', unit: 'seconds' }] },
          },
        });
      },
      { timeout: 20_000, interval: 100 },
    );
    const { stored, tooOld, refused } = written.self().received.samples.remoteWrite;
    expect(stored).toBeGreaterThan(10);
    expect({ tooOld, refused }).toEqual({ tooOld: 0, refused: 0 });
    return undefined;
  }, 60_000);
});
