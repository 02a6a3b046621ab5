import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LocalStack } from './local-stack.ts';
import type { LocalOptions } from './options.ts';
import { startLocal } from './start-local.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  // oxlint-disable-next-line no-await-in-loop -- the last first, one after the other
  for (const each of undo.splice(0).toReversed()) await each();
});

async function start(options: LocalOptions = {}): Promise<LocalStack> {
  const stack = await startLocal({ port: 0, ...options });
  undo.push(() => stack.close());
  return stack;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'sightline-local-'));
  undo.push(() => rm(made, { recursive: true, force: true }));
  return made;
}

const TRACE_ID = 'fedcba9876543210fedcba9876543210';

function spansOf(service: string, at = Date.now()): object {
  const attributes = [{ key: 'service.name', value: { stringValue: service } }];
  return {
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            scope: { name: 'test' },
            spans: [
              {
                traceId: TRACE_ID,
                spanId: '0123456789abcdef',
                name: 'GET /orders',
                kind: 2,
                startTimeUnixNano: String(BigInt(at) * 1_000_000n),
                endTimeUnixNano: String(BigInt(at + 20) * 1_000_000n),
                attributes: [{ key: 'http.route', value: { stringValue: '/orders' } }],
                status: { code: 2 },
              },
            ],
          },
        ],
      },
    ],
  };
}

async function post(
  stack: LocalStack,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${stack.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function get(stack: LocalStack, path: string): Promise<unknown> {
  const response = await fetch(`${stack.url}${path}`);
  expect(response.status).toBe(200);
  return response.json();
}

/** A page to scrape, which the test changes, and what was posted to it. */
async function openService(): Promise<{
  readonly address: string;
  page: string;
  readonly posted: unknown[];
}> {
  const posted: unknown[] = [];
  const state = { address: '', page: '', posted };
  const server = createServer((request, response) => {
    if (request.method === 'POST') void json(request).then((body) => posted.push(body));
    response.writeHead(200, { 'content-type': 'text/plain' }).end(state.page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  undo.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return state;
}

describe('startLocal', () => {
  it('takes spans and gives them back by search, by id and to a test that waits', async () => {
    const stack = await start();
    const found = stack.waitFor((s) => s.traces('{ status = error && resource.service.name = "shop" }'));
    expect((await post(stack, '/v1/traces', spansOf('shop'))).status).toBe(200);
    expect(await found).toMatchObject([
      { traceID: TRACE_ID, rootServiceName: 'shop', rootTraceName: 'GET /orders' },
    ]);
    expect(await get(stack, `/api/traces/${TRACE_ID}`)).toMatchObject({
      batches: [
        {
          scopeSpans: [
            {
              spans: [
                { name: 'GET /orders', kind: 'SPAN_KIND_SERVER', status: { code: 'STATUS_CODE_ERROR' } },
              ],
            },
          ],
        },
      ],
    });
    expect(
      await get(stack, `/api/search?q=${encodeURIComponent('{ span.http.route = "/orders" }')}`),
    ).toMatchObject({
      traces: [{ traceID: TRACE_ID }],
    });
    expect((await fetch(`${stack.url}/api/traces/ff`)).status).toBe(404);
    expect(stack.runs()).toMatchObject([{ service: 'shop' }]);
  });

  it('takes log lines by push and by OTLP, compressed too, and finds them', async () => {
    const stack = await start();
    const now = BigInt(Date.now()) * 1_000_000n;
    const push = {
      streams: [
        {
          stream: { service_name: 'shop', level: 'error' },
          values: [[String(now), '{"msg":"broken"}', { trace_id: TRACE_ID }]],
        },
      ],
    };
    const pushed = await fetch(`${stack.url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify(push)),
    });
    expect(pushed.status).toBe(204);
    const otlp = {
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: String(now + 1n),
                  severityNumber: 17,
                  body: { stringValue: 'by otlp' },
                  attributes: [
                    {
                      key: 'err',
                      value: {
                        kvlistValue: { values: [{ key: 'fingerprint', value: { stringValue: 'f1' } }] },
                      },
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    };
    expect((await post(stack, '/v1/logs', otlp)).status).toBe(200);
    expect((await stack.logs('{service_name="shop", level="error"}')).map(({ line }) => line)).toEqual([
      'by otlp',
      '{"msg":"broken"}',
    ]);
    // As Loki takes a map apart.
    expect(await stack.logs('{service_name="shop"} | err_fingerprint="f1"')).toMatchObject([
      { line: 'by otlp' },
    ]);
    expect(
      await get(
        stack,
        `/loki/api/v1/query_range?query=${encodeURIComponent(`{service_name="shop"} | trace_id="${TRACE_ID}" | json`)}`,
      ),
    ).toMatchObject({
      status: 'success',
      data: { resultType: 'streams', result: [{ stream: { msg: 'broken', trace_id: TRACE_ID } }] },
    });
    expect(await get(stack, '/loki/api/v1/label/service_name/values')).toMatchObject({ data: ['shop'] });
  });

  it('takes the same lines once, and those without a time each time that they come', async () => {
    const stack = await start();
    const lines = (time: object) => ({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ ...time, body: { stringValue: 'again' } }] }] }],
    });
    for (const time of [{ timeUnixNano: String(BigInt(Date.now()) * 1_000_000n) }, {}]) {
      for (let turn = 0; turn < 2; turn += 1) {
        const nowMs = Date.now();
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await post(stack, '/v1/logs', lines(time));
        // oxlint-disable-next-line no-await-in-loop -- two lines of one time are one
        await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(nowMs));
      }
    }
    expect(await stack.logs('{service_name="unknown_service"}')).toHaveLength(3);
  });

  it('takes metrics by OTLP under the names that Prometheus gives them', async () => {
    const stack = await start();
    const time = { timeUnixNano: String(BigInt(Date.now()) * 1_000_000n) };
    const resource = {
      attributes: [
        { key: 'service.name', value: { stringValue: 'shop' } },
        { key: 'service.namespace', value: { stringValue: 'web' } },
        { key: 'service.instance.id', value: { stringValue: 'a' } },
        { key: 'service.version', value: { stringValue: '1.2.3' } },
      ],
    };
    const metrics = [
      {
        name: 'orders.placed',
        unit: '{order}',
        sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...time, asInt: '7' }] },
      },
      {
        name: 'http.server.request.duration',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            { ...time, count: '3', sum: 1.5, bucketCounts: ['1', '1', '1'], explicitBounds: [0.1, 1] },
          ],
        },
      },
      { name: 'bad', sum: { aggregationTemporality: 1, dataPoints: [{ ...time, asInt: '1' }] } },
    ];
    const answer = await post(stack, '/v1/metrics', {
      resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }],
    });
    expect(await answer.json()).toMatchObject({
      partialSuccess: {
        rejectedDataPoints: '1',
        errorMessage: expect.stringContaining('cumulative') as string,
      },
    });
    expect(await stack.promql('orders_placed_total')).toMatchObject([
      { labels: { job: 'web/shop', instance: 'a', service_version: '1.2.3' }, value: 7 },
    ]);
    expect(await stack.promql('http_server_request_duration_seconds_bucket{le="1"}')).toMatchObject([
      { value: 2 },
    ]);
    expect(await stack.promql('target_info')).toHaveLength(1);
  });

  it('scrapes, evaluates rules and tells a webhook, and tells it again that all is well', async () => {
    const shop = await openService();
    const at = await folder();
    shop.page = 'broken 1\n';
    await writeFile(
      join(at, 'rules.yml'),
      'groups: [{ name: g, rules: [{ record: "job:broken:sum", expr: "sum by (job) (broken)" }, { alert: Broken, expr: "job:broken:sum > 0", labels: { severity: critical }, annotations: { summary: "{{ $labels.job }} is broken {{ $value }} times" } }] }]',
    );
    await writeFile(
      join(at, 'alertmanager.yml'),
      `{ route: { receiver: hook, group_wait: 0s, group_interval: 1ms }, receivers: [{ name: hook, webhook_configs: [{ url: 'http://${shop.address}/hook' }] }] }`,
    );
    const stack = await start({
      scrape: { intervalMs: 60_000, jobs: [{ job: 'shop', targets: [shop.address] }] },
      rules: [join(at, 'rules.yml')],
      alertmanager: join(at, 'alertmanager.yml'),
      evaluationIntervalMs: 60_000,
    });
    await stack.round();
    const [told] = await stack.waitFor((s) =>
      s.notifications().filter(({ outcome }) => outcome === 'delivered'),
    );
    expect(told?.notification).toMatchObject({ receiver: 'hook', status: 'firing' });
    expect(shop.posted).toMatchObject([
      {
        version: '4',
        status: 'firing',
        alerts: [
          {
            labels: { alertname: 'Broken', job: 'shop' },
            annotations: { summary: 'shop is broken 1 times' },
          },
        ],
      },
    ]);
    expect(stack.alerts()).toMatchObject([{ labels: { alertname: 'Broken' }, suppressed: false }]);
    expect(await get(stack, '/api/v1/rules?type=alert')).toMatchObject({
      data: { groups: [{ rules: [{ name: 'Broken', state: 'firing' }] }] },
    });
    expect(await get(stack, '/api/v2/alerts')).toMatchObject([
      { labels: { alertname: 'Broken' }, status: { state: 'active' } },
    ]);
    expect(await get(stack, '/api/v1/targets')).toMatchObject({
      data: { activeTargets: [{ health: 'up' }] },
    });
    shop.page = 'broken 0\n';
    await stack.round();
    await stack.waitFor((s) =>
      s.notifications().some(({ notification }) => notification.status === 'resolved'),
    );
    expect(stack.alerts()).toEqual([]);
  });

  it('evaluates the rules of Loki over log lines', async () => {
    const at = await folder();
    await writeFile(
      join(at, 'logs.yml'),
      'groups: [{ name: g, rules: [{ alert: ErrorLines, expr: \'sum by (service_name) (count_over_time({level="error"}[5m])) > 1\', annotations: { summary: "{{ $labels.service_name }}: {{ $value }} lines" } }] }]',
    );
    const stack = await start({ logRules: [join(at, 'logs.yml')], evaluationIntervalMs: 60_000 });
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const values = [1n, 2n, 3n].map((later) => [String(nowNs + later), 'broken']);
    await post(stack, '/loki/api/v1/push', {
      streams: [{ stream: { service_name: 'shop', level: 'error' }, values }],
    });
    // Lines that are as new as the moment of the evaluation count from the next millisecond on.
    await stack.waitFor((s) => s.logs('{level="error"}'));
    await vi.waitFor(async () => {
      await stack.round();
      expect(stack.alerts()).toMatchObject([
        {
          labels: { alertname: 'ErrorLines', service_name: 'shop' },
          annotations: { summary: 'shop: 3 lines' },
        },
      ]);
    }, 20_000);
  });

  it('keeps in its folder what it has acknowledged', async () => {
    const at = await folder();
    const shop = await openService();
    shop.page = 'a_total 3\n';
    const options: LocalOptions = {
      dataDir: at,
      scrape: { intervalMs: 60_000, jobs: [{ job: 'shop', targets: [shop.address] }] },
    };
    const first = await startLocal({ port: 0, ...options });
    await post(first, '/v1/traces', spansOf('shop'));
    await post(first, '/loki/api/v1/push', {
      streams: [{ stream: { a: 'b' }, values: [[String(BigInt(Date.now()) * 1_000_000n), 'kept']] }],
    });
    await first.waitFor((s) => s.promql('a_total'));
    const seen = await first.promql('a_total');
    // What a process leaves that ends without a word.
    const left = await folder();
    await cp(at, left, { recursive: true });
    await first.close();
    const second = await start({ dataDir: left });
    expect(await second.traces('{}')).toMatchObject([{ traceID: TRACE_ID }]);
    expect((await second.logs('{a="b"}')).map(({ line }) => line)).toEqual(['kept']);
    expect(await second.promql('a_total', { timeMs: seen[0]?.timeMs ?? 0 })).toMatchObject([{ value: 3 }]);
  });

  it('refuses to be open to others without a token, and a port that is taken', async () => {
    await expect(startLocal({ port: 0, host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'SIGHTLINE_LOCAL_OPEN',
    });
    // What this machine calls it by, where it listens on all addresses.
    const open = await start({ host: '0.0.0.0', token: 'a-token-of-16-characters' });
    expect(open.url).toBe(`http://127.0.0.1:${open.port}`);
    expect((await fetch(`${open.url}/api/v1/labels`)).status).toBe(401);
    const stack = await start();
    await expect(startLocal({ port: stack.port })).rejects.toMatchObject({ code: 'SIGHTLINE_LOCAL_PORT' });
  });

  it('says all that is wrong with its files', async () => {
    const at = await folder();
    await writeFile(
      join(at, 'rules.yml'),
      'groups: [{ name: g, rules: [{ alert: A, expr: "sum(" }, { record: r, expr: "up +" }] }]',
    );
    const problem = await startLocal({
      port: 0,
      rules: [join(at, 'rules.yml'), join(at, 'missing.yml')],
    }).catch((error: unknown) => String(error));
    expect(problem).toMatch(
      /SIGHTLINE_LOCAL_RULES[\s\S]*missing\.yml[\s\S]*rules\.yml:1:[\s\S]*rules\.yml:1:/,
    );
  });

  it('says what it saw last when what is waited for does not come', async () => {
    const stack = await start();
    await expect(
      stack.waitFor((s) => s.traces('{}'), { timeoutMs: 20, what: 'a trace comes' }),
    ).rejects.toThrow(/SIGHTLINE_LOCAL_WAIT: 20 ms were over; seen last: \[\]\. Expected: a trace comes/);
  });
});
