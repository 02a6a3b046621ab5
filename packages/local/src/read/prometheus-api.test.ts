import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStack } from './open-stack.fixture.ts';

const NOW_MS = Date.now();
const nano = (ms: number): string => `${ms}000000`;
const folder = await mkdtemp(join(tmpdir(), 'sightline-prometheus-'));
await writeFile(
  join(folder, 'rules.yml'),
  `groups:
  - name: g
    rules:
      - { record: doubled, expr: orders_total * 2, labels: { kind: twice } }
      - { alert: Always, expr: vector(1), annotations: { summary: s } }
      - { alert: Never, expr: vector(0) == 1 }
      - { record: wrong, expr: 'label_replace(orders_total, "a", "$1", "b", "(") ' }
`,
);
const service = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(
    '# HELP scraped_total What is scraped.\n# TYPE scraped_total counter\nscraped_total{path="a\\\\b\\"c\\nd"} 7\n{"odd.name","http.route"="/a"} 4\nendless +Inf\nbottom -Inf\n',
  );
}).listen(0, '127.0.0.1');
await once(service, 'listening');
const address = `127.0.0.1:${(service.address() as AddressInfo).port}`;
afterAll(async () => {
  service.close();
  await rm(folder, { recursive: true });
});

const point = { timeUnixNano: nano(NOW_MS), attributes: [{ key: 'shop', value: { stringValue: 'a' } }] };
const { get, send, stack } = openStack(
  {
    rules: [join(folder, 'rules.yml')],
    scrape: { intervalMs: 3_600_000, jobs: [{ job: 'shop', targets: [address, 'no such:address'] }] },
  },
  async (open) => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const exemplars = [{ asDouble: 0.2, timeUnixNano: nano(NOW_MS), traceId: 'ab'.repeat(16) }];
    await open.send('POST', '/v1/metrics', {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'orders',
                  description: 'Orders.',
                  sum: {
                    aggregationTemporality: 2,
                    isMonotonic: true,
                    dataPoints: [{ ...point, asInt: '3' }],
                  },
                },
                {
                  name: 'took',
                  histogram: {
                    aggregationTemporality: 2,
                    dataPoints: [
                      { ...point, count: 1, sum: 1, explicitBounds: [1], bucketCounts: [1, 0], exemplars },
                    ],
                  },
                },
                {
                  name: 'native',
                  exponentialHistogram: {
                    aggregationTemporality: 2,
                    dataPoints: [{ ...point, count: 2, positive: { bucketCounts: [2] } }],
                  },
                },
                { name: 'gone', gauge: { dataPoints: [{ ...point, flags: 1 }] } },
              ],
            },
          ],
        },
      ],
    });
    await open.stack().round();
  },
);

const seconds = (ms: number): string => String(ms / 1000);
const any = expect.anything() as unknown;

describe('the questions of Prometheus', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, unknown]>([
    [
      'query',
      { query: 'orders_total', time: seconds(NOW_MS) },
      { resultType: 'vector', result: [{ metric: { job: 'shop' }, value: [any, '3'] }] },
    ],
    ['query', { query: '1 + 1', timeout: '5s' }, { resultType: 'scalar' }],
    ['query', { query: '{job="shop"}', limit: '1', timeout: '5' }, { result: [any] }],
    ['query', { query: 'native', time: new Date(NOW_MS).toISOString() }, { result: [{ histogram: any }] }],
    [
      'query_range',
      { query: 'orders_total', start: seconds(NOW_MS), end: seconds(NOW_MS + 30_000), step: '15s' },
      { resultType: 'matrix', result: [{ values: [any, any, any] }] },
    ],
    [
      'query_exemplars',
      { query: 'rate(took_bucket[5m]) / on() vector(1)' },
      [
        {
          seriesLabels: { __name__: 'took_bucket' },
          exemplars: [{ value: '0.2', labels: { trace_id: 'ab'.repeat(16) } }],
        },
      ],
    ],
    ['format_query', { query: 'sum(a)by(b)' }, 'sum by (b) (a)'],
    ['series', { 'match[]': 'orders_total' }, [{ __name__: 'orders_total' }]],
    ['series', { 'match[]': '{job="shop"}', limit: '1' }, [any]],
    ['labels', { 'match[]': 'orders_total' }, ['__name__', 'job', 'shop']],
    ['labels', { limit: '1' }, ['__name__']],
    ['label/shop/values', {}, ['a']],
    ['label/shop/values', { 'match[]': 'up' }, []],
    ['label/constructor/values', { 'match[]': 'orders_total' }, []],
    ['label/job/values', { 'match[]': 'orders_total' }, ['shop']],
    ['label/U__http_2e_route/values', {}, ['/a']],
    ['label/http.route/values', {}, ['/a']],
    ['metadata', { metric: 'orders_total' }, {}],
    [
      'metadata',
      { metric: 'scraped_total', limit: '1' },
      { scraped_total: [{ type: 'counter', help: 'What is scraped.' }] },
    ],
    ['metadata', { limit: '0' }, {}],
    ['metadata', { metric: 'scraped_total', limit_per_metric: '1' }, { scraped_total: [any] }],
    ['scrape_pools', {}, { scrapePools: ['shop'] }],
    ['targets/metadata', { metric: 'scraped_total' }, [{ target: { job: 'shop' }, type: 'counter' }]],
    ['targets/metadata', { match_target: '{job="shop"}', limit: '1' }, [{ metric: 'scraped_total' }]],
    ['targets/metadata', { match_target: '{job="other"}' }, []],
    [
      'targets',
      {},
      { activeTargets: [{ health: 'up', lastError: '', scrapeInterval: '3600s', labels: { job: 'shop' } }] },
    ],
    ['alerts', {}, { alerts: [{ labels: { alertname: 'Always' }, state: 'firing', value: '1e+00' }] }],
    [
      'rules',
      { type: 'alert', 'rule_name[]': 'Always' },
      { groups: [{ rules: [{ name: 'Always', state: 'firing', health: 'ok', alerts: [any] }] }] },
    ],
    [
      'rules',
      { type: 'record' },
      {
        groups: [
          {
            rules: [
              { name: 'doubled', health: 'ok' },
              { name: 'wrong', health: 'err', lastError: any },
            ],
          },
        ],
      },
    ],
    ['rules', { 'rule_name[]': 'nothing' }, { groups: [] }],
    ['alertmanagers', {}, { activeAlertmanagers: [{ url: any }] }],
    ['status/config', {}, { yaml: expect.stringContaining('scrape_interval: 3600s') as unknown }],
    ['status/flags', {}, {}],
    ['status/runtimeinfo', {}, { storageRetention: '21600s', timeSeriesCount: any }],
    [
      'status/tsdb',
      {},
      { headStats: { numSeries: any }, seriesCountByMetricName: any, labelValueCountByLabelName: any },
    ],
  ])('%s with %j', async (path, parameters, expected) => {
    const got = await get(`/api/v1/${path}`, parameters);
    expect(got.body).toMatchObject({ status: 'success', data: expected });
    expect(got.status).toBe(200);
  });

  /** As Prometheus 3.5 answers. */
  it.each<readonly [string, Readonly<Record<string, string>>, unknown]>([
    ['query', { query: 'time()', time: '1.0005' }, { result: [1, '1'] }],
    ['query', { query: '1', time: '12345.6789' }, { result: [12_345.679, '1'] }],
    ['query', { query: '1', time: '2020-01-01T00:00:00.123456+02:00' }, { result: [1_577_829_600.123, '1'] }],
    ['query', { query: '1e21', time: '5' }, { result: [5, '1000000000000000000000'] }],
    ['query', { query: '1e-7', time: '5' }, { result: [5, '0.0000001'] }],
    ['query', { query: 'vector(1e-7)', time: '5' }, { result: [{ value: [5, '1e-07'] }] }],
    [
      'query_range',
      { query: 'time()', start: '1.0004', end: '2', step: '1' },
      {
        result: [
          {
            values: [
              [1, '1'],
              [2, '2'],
            ],
          },
        ],
      },
    ],
    ['labels', { start: '1', end: '2' }, []],
    ['labels', { start: '5', end: '1' }, []],
    [
      'labels',
      { start: seconds(NOW_MS - 3_600_000), end: seconds(NOW_MS + 3_600_000) },
      expect.arrayContaining(['job']),
    ],
    ['labels', { start: seconds(NOW_MS - 60_000) }, expect.arrayContaining(['__name__', 'job'])],
    ['label/job/values', { start: '1', end: '2' }, []],
    ['label/job/values', { start: '1' }, ['shop']],
    ['series', { 'match[]': 'orders_total', start: '5', end: '1' }, []],
    ['metadata', { limit: '-1' }, { scraped_total: [any] }],
    ['rules', { 'rule_group[]': 'nothing' }, { groups: [] }],
    ['rules', { 'file[]': 'nothing' }, { groups: [] }],
    ['rules', { 'match[]': '{nothing="there"}' }, { groups: [] }],
    ['targets', { state: 'active', scrapePool: 'shop' }, { activeTargets: [any] }],
    ['targets', { state: 'dropped' }, { activeTargets: [], droppedTargets: [] }],
    ['targets', { scrapePool: 'nothing' }, { activeTargets: [], droppedTargets: [] }],
    ['status/tsdb', { limit: '1' }, { seriesCountByMetricName: [any], labelValueCountByLabelName: [any] }],
  ])('%s with %j, as Prometheus has it', async (path, parameters, expected) => {
    const got = await get(`/api/v1/${path}`, parameters);
    expect(got).toMatchObject({ status: 200, body: { status: 'success', data: expected } });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, number, string, string]>([
    [
      'query',
      { query: '1', time: 'x' },
      400,
      'bad_data',
      `invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp`,
    ],
    [
      'query',
      { query: '1', time: '2020-01-01' },
      400,
      'bad_data',
      `invalid parameter "time": invalid time value for 'time': cannot parse "2020-01-01" to a valid timestamp`,
    ],
    [
      'query',
      { query: '1', time: '0x10' },
      400,
      'bad_data',
      `invalid parameter "time": invalid time value for 'time': cannot parse "0x10" to a valid timestamp`,
    ],
    ['query', { query: '1', timeout: '0' }, 503, 'timeout', 'query timed out in query execution'],
    ['query', { query: '1', timeout: '-1' }, 503, 'timeout', 'query timed out in query execution'],
    [
      'query_range',
      { query: '1' },
      400,
      'bad_data',
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    ],
    [
      'query_range',
      { query: '1', start: '2', end: '1' },
      400,
      'bad_data',
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      'query_range',
      { query: '1', start: '1', end: '1', step: '1e30' },
      400,
      'bad_data',
      'invalid parameter "step": cannot parse "1e30" to a valid duration. It overflows int64',
    ],
    [
      'query_exemplars',
      { query: 'up', start: '5', end: '1' },
      400,
      'bad_data',
      'end timestamp must not be before start timestamp',
    ],
    [
      'labels',
      { start: 'x' },
      400,
      'bad_data',
      `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
    ],
    [
      'series',
      { 'match[]': '{a=~".*"}' },
      400,
      'bad_data',
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    ],
    [
      'series',
      { 'match[]': 'up{' },
      400,
      'bad_data',
      'invalid parameter "match[]": 1:4: parse error: unexpected end of input inside braces',
    ],
    ['rules', { type: 'x' }, 400, 'bad_data', 'invalid parameter "type": not supported value "x"'],
    [
      'rules',
      { exclude_alerts: 'x' },
      400,
      'bad_data',
      'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    [
      'rules',
      { group_limit: 'x' },
      400,
      'bad_data',
      'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      'rules',
      { group_limit: '0' },
      400,
      'bad_data',
      'invalid parameter "group_limit": group_limit needs to be greater than 0',
    ],
    [
      'rules',
      { group_next_token: 'x' },
      400,
      'bad_data',
      'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
    ],
    [
      'rules',
      { group_limit: '1', group_next_token: 'abc' },
      400,
      'bad_data',
      `invalid parameter "group_next_token": invalid group_next_token 'abc'. were rule groups changed?`,
    ],
    ['status/tsdb', { limit: '0' }, 400, 'bad_data', 'limit must be a positive number'],
    ['label/U__/values', {}, 400, 'bad_data', 'invalid label name: ""'],
    ['metadata', { limit_per_metric: 'x' }, 400, 'bad_data', 'limit_per_metric must be a number'],
  ])('%s refuses %j, as Prometheus does', async (path, parameters, status, errorType, error) => {
    const got = await get(`/api/v1/${path}`, parameters);
    expect(got).toMatchObject({ status, body: { status: 'error', errorType, error } });
  });

  it('takes a selector without an offset alone', async () => {
    for (const text of ['up offset 5m', 'up @ 5', 'up[5m]']) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      const got = await get('/api/v1/series', { 'match[]': text });
      expect(got).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('invalid parameter "match[]": ') as unknown },
      });
    }
  });

  it('ends a query over the time that it asked for', async () => {
    // Ten million samples: far longer than a millisecond on any machine.
    const query = 'max_over_time(sum_over_time(vector(1)[100s:1s])[100000s:1s])';
    expect(await get('/api/v1/query', { query, timeout: '1ms' })).toMatchObject({
      status: 503,
      body: { status: 'error', errorType: 'timeout', error: 'query timed out in expression evaluation' },
    });
  });

  it('leaves the alerts of rules out where that is asked for', async () => {
    const { body } = await get('/api/v1/rules', { type: 'ALERT', exclude_alerts: 'T' });
    const { groups } = (body as { data: { groups: { rules: object[] }[] } }).data;
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => 'alerts' in rule)).toEqual([]);
  });

  it('gives the groups of rules a page at a time', async () => {
    const all = (await get('/api/v1/rules', {})).body as { data: { groups: { name: string }[] } };
    const names: string[] = [];
    let token: string | undefined = '';
    while (token !== undefined) {
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      const { body } = await get('/api/v1/rules', {
        group_limit: '1',
        ...(token !== '' && { group_next_token: token }),
      });
      const { groups, groupNextToken } = (
        body as { data: { groups: { name: string }[]; groupNextToken?: string } }
      ).data;
      names.push(...groups.map(({ name }) => name));
      token = groupNextToken;
    }
    expect(names).toEqual(all.data.groups.map(({ name }) => name));
  });

  it('warns of what a limit has cut off', async () => {
    for (const path of ['labels', 'label/__name__/values', 'series']) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      const got = await get(`/api/v1/${path}`, { limit: '1', 'match[]': '{job="shop"}' });
      expect(got.body).toMatchObject({ data: [any], warnings: ['results truncated due to limit'] });
    }
    const { body } = await get('/api/v1/query', { query: '{job="shop"}', limit: '1' });
    expect(body).toHaveProperty('warnings', ['results truncated due to limit']);
    const info = await get('/api/v1/query', { query: 'rate(endless[5m])' });
    expect(info.body).toHaveProperty('infos');
  });

  it.each<readonly [string, Readonly<Record<string, string>>, number, string, string]>([
    [
      'query',
      {},
      400,
      'bad_data',
      'invalid parameter "query": 1:1: parse error: no expression found in input',
    ],
    ['query', { query: 'sum(' }, 400, 'bad_data', 'invalid parameter "query": '],
    ['query', { query: 'up', time: 'soon' }, 400, 'bad_data', 'valid timestamp'],
    ['query', { query: 'up', timeout: 'x' }, 400, 'bad_data', 'valid duration'],
    ['query', { query: 'up', limit: '-1' }, 400, 'bad_data', 'expected a whole number'],
    ['query', { query: 'label_replace(orders_total, "a", "$1", "b", "(")' }, 422, 'execution', ''],
    [
      'query_range',
      { query: 'up', start: '1', end: '2' },
      400,
      'bad_data',
      '"step": cannot parse "" to a valid duration',
    ],
    ['query_range', { query: 'up', start: '2', end: '1', step: '1' }, 400, 'bad_data', 'must not be before'],
    ['query_range', { query: 'up', start: '1', end: '2', step: '0' }, 400, 'bad_data', 'zero or negative'],
    ['query_range', { query: 'up', start: '1', end: '20000', step: '1' }, 400, 'bad_data', '11,000 points'],
    [
      'query_range',
      { query: 'up', end: '2', step: '1' },
      400,
      'bad_data',
      '"start": cannot parse "" to a valid timestamp',
    ],
    ['series', {}, 400, 'bad_data', 'no match[]'],
    ['series', { 'match[]': 'sum(up)' }, 400, 'bad_data', 'expected a selector'],
    ['targets/metadata', { match_target: '1' }, 400, 'bad_data', '"match_target": expected a selector'],
    ['metadata', { limit: '1.5' }, 400, 'bad_data', 'expected a whole number'],
  ])('%s refuses %j', async (path, parameters, status, errorType, error) => {
    const got = await get(`/api/v1/${path}`, parameters);
    expect(got.body).toMatchObject({ status: 'error', errorType });
    expect((got.body as { error: string }).error).toContain(error);
    expect(got.status).toBe(status);
  });
});

describe('/federate', () => {
  it('has the newest sample of each series once, without histograms and what has ended, in the text format', async () => {
    const search =
      'match[]={job="shop"}&match[]=orders_total&match[]={__name__=~"native|gone|endless|bottom"}';
    const { body, type } = await get(`/federate?${encodeURI(search)}`);
    expect(type).toContain('text/plain; version=0.0.4');
    const lines = String(body).split('\n');
    expect(lines.filter((line) => line.startsWith('orders_total{'))).toEqual([
      `orders_total{job="shop",shop="a",instance=""} 3 ${NOW_MS}`,
    ]);
    expect(lines.filter((line) => line.startsWith('scraped_total{')).join()).toContain(
      `instance="${address}"`,
    );
    expect(lines).toContain('# TYPE scraped_total counter');
    expect(lines).toContain('# TYPE endless untyped');
    expect(String(body)).toContain(String.raw`path="a\\b\"c\nd"} 7 `);
    expect(String(body)).toMatch(/\nendless\{[^}]*\} \+Inf /);
    expect(String(body)).toMatch(/bottom\{[^}]*\} -Inf /);
    expect(String(body)).not.toMatch(/native|gone/);
    expect((await get('/federate', { 'match[]': '(' })).status).toBe(400);
  });

  it.each([
    ['text/plain;version=0.0.4', 'underscores', 'odd_name', 'odd_name{http_route="/a",'],
    [
      'text/plain;version=0.0.4;escaping=allow-utf-8',
      'allow-utf-8',
      '"odd.name"',
      '{"odd.name","http.route"="/a",',
    ],
  ])('has names for who accepts %s', async (accept, escaping, name, series) => {
    const { body, type } = await get('/federate', { 'match[]': '{__name__="odd.name"}' }, { accept });
    expect(type).toBe(`text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}`);
    const [head, line] = String(body).split('\n');
    expect(head).toBe(`# TYPE ${name} untyped`);
    expect(line?.startsWith(series)).toBe(true);
  });
});

describe('a stack', () => {
  it('leaves an address out that is none, and scrapes the others', () => {
    expect(stack().targets()).toMatchObject([{ url: `http://${address}/metrics`, last: { error: '' } }]);
  });

  it('answers questions of a test', async () => {
    expect(await stack().promql('scalar(orders_total) + 1')).toMatchObject([{ labels: {}, value: 4 }]);
    expect(await stack().promql('native', { timeMs: NOW_MS })).toMatchObject([{ value: { count: 2 } }]);
    await expect(stack().promql('orders_total[1m]')).rejects.toThrow('a vector or a scalar');
    await expect(stack().logs('count_over_time({a="b"}[1m])')).rejects.toThrow('expected a query of lines');
    expect(stack().alerts()).toMatchObject([{ labels: { alertname: 'Always' }, suppressed: false }]);
  });

  it('says what it waited for in vain, and what it saw last', async () => {
    const wait = (condition: () => unknown): Promise<unknown> =>
      stack().waitFor(condition, { timeoutMs: 5, what: 'a miracle' });
    const seen = async (condition: () => unknown): Promise<string> =>
      wait(condition).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await seen(() => [])).toContain('5 ms were over; seen last: []. Expected: a miracle');
    expect(await seen(() => undefined)).toContain('seen last: undefined');
    expect(
      await seen(() => {
        throw new Error('odd');
      }),
    ).toContain('seen last: odd');
    expect(await wait(() => [1n])).toEqual([1n]);
  });

  it('answers a path that is none, and a method that is not for it', async () => {
    const { port } = stack();
    const { request } = process.getBuiltinModule('node:http');
    const status = await new Promise((done) => {
      request({ port, host: '127.0.0.1', path: '//', headers: { host: 'localhost' } }, (response) => {
        response.resume();
        done(response.statusCode);
      }).end();
    });
    expect(status).toBe(400);
    const got = await send('PUT', '/api/v1/query', '');
    expect(got).toMatchObject({ status: 405, body: 'expected GET or POST\n' });
    expect(got.headers.get('allow')).toBe('GET, POST');
  });
});
