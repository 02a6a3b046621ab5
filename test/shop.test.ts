import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LoadReport } from '../examples/shop/src/load/tally.ts';
import type { ObservedShop } from '../examples/shop/src/observed-shop.ts';
import { openObservedShop } from '../examples/shop/src/observed-shop.ts';
import { secretName } from '../examples/shop/src/planted.ts';
import type { Service } from '../examples/shop/src/processes.ts';
import { startLoadProcess } from '../examples/shop/src/processes.ts';
import { compareCounts } from '../examples/shop/src/watch/compare.ts';
import type { Sample } from '../examples/shop/src/watch/exposition.ts';
import { parseExposition } from '../examples/shop/src/watch/exposition.ts';
import type { ReceivedSpan } from '../examples/shop/src/watch/trace-book.ts';

const SEED = 7;
const REQUESTS = 700;
/** storefront server and client; orders server, insert, client and update; payments server. */
const SPANS_OF_AN_ORDER = 7;
/**
 * Attributes of spans that are stable in the semantic conventions, and our own.
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/ and …/database/database-spans/
 */
const stableAttributes: ReadonlySet<string> = new Set([
  'client.address',
  'client.port',
  'db.collection.name',
  'db.namespace',
  'db.operation.batch.size',
  'db.operation.name',
  'db.query.summary',
  'db.query.text',
  'db.response.status_code',
  'db.stored_procedure.name',
  'db.system.name',
  'error.type',
  'http.request.method',
  'http.request.method_original',
  'http.request.resend_count',
  'http.response.status_code',
  'http.route',
  'network.local.address',
  'network.local.port',
  'network.peer.address',
  'network.peer.port',
  'network.protocol.name',
  'network.protocol.version',
  'network.transport',
  'server.address',
  'server.port',
  'sightline.policy.decisions',
  'url.full',
  'url.path',
  'url.query',
  'url.scheme',
  'user_agent.original',
]);
const SERVER = 2;
const CLIENT = 3;

describe('the shop', () => {
  let shop: ObservedShop;
  let report: LoadReport;
  /** The spans of the one order that is placed before there is any load. */
  let order: readonly ReceivedSpan[];

  async function samplesOf(service: Service): Promise<readonly Sample[]> {
    return parseExposition(await shop.page(service, '/metrics'));
  }

  async function sum(service: Service, name: string, labels: Sample['labels'] = {}): Promise<number> {
    const samples = await samplesOf(service);
    return samples
      .filter((each) => each.name === name)
      .filter((each) => Object.entries(labels).every(([label, value]) => each.labels[label] === value))
      .reduce((total, { value }) => total + value, 0);
  }

  function answered(...statuses: readonly number[]): number {
    return report.tallies
      .filter(({ route, method }) => route === '/api/:tenant/orders' && method === 'POST')
      .filter(({ status }) => statuses.some((each) => each === status))
      .reduce((total, { count }) => total + count, 0);
  }

  beforeAll(async () => {
    shop = await openObservedShop({ seed: SEED, kept: { traces: 5000, lines: 20_000 } });
    const { planted, traces } = shop;
    const response = await fetch(`${shop.storefront.url}/api/acme/orders?token=${planted.queryToken}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${planted.bearer}` },
      body: JSON.stringify({
        plan: 'express',
        card: planted.cards[0],
        items: [{ productId: 'mug', quantity: 2 }],
      }),
    });
    if (response.status !== 201) throw new Error(`the order was not taken: ${await response.text()}`);
    await vi.waitUntil(() => traces.spans >= SPANS_OF_AN_ORDER, { timeout: 30_000, interval: 50 });
    order = traces.all().flatMap(({ spans }) => spans);

    shop.payments.send({ incident: { kind: 'failing', failedRatio: 0.3 } });
    const load = startLoadProcess({
      url: shop.storefront.url,
      connections: 32,
      thinkMs: 10,
      seed: SEED,
      requests: REQUESTS,
    });
    report = await load.done;
  }, 60_000);

  afterAll(() => shop.close());

  function span(service: string, name: string): ReceivedSpan {
    const found = order.filter((each) => each.service === service && each.name === name);
    expect(found, `${service} ${name}`).toHaveLength(1);
    return found[0] as ReceivedSpan;
  }

  it('makes one trace of a request that goes through all services, with the right parents', () => {
    expect(order).toHaveLength(SPANS_OF_AN_ORDER);
    expect(new Set(order.map(({ traceId }) => traceId)).size).toBe(1);
    const chain = [
      span('storefront', 'POST /api/:tenant/orders'),
      span('storefront', 'POST'),
      span('orders', 'POST /orders'),
      span('orders', 'POST'),
      span('payments', 'POST /charges'),
    ];
    expect(chain.map(({ kind }) => kind)).toEqual([SERVER, CLIENT, SERVER, CLIENT, SERVER]);
    expect(chain.map(({ parentSpanId }) => parentSpanId)).toEqual([
      '',
      ...chain.slice(0, -1).map(({ spanId }) => spanId),
    ]);
    for (const statement of [span('orders', 'INSERT orders'), span('orders', 'UPDATE orders')]) {
      expect(statement).toMatchObject({ kind: CLIENT, parentSpanId: chain[2]?.spanId });
    }
    expect(order.some(({ isError }) => isError)).toBe(false);
  });

  it('names attributes as the stable conventions do, and takes no value into a statement', () => {
    expect(span('storefront', 'POST /api/:tenant/orders').attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/:tenant/orders',
      'http.response.status_code': 201,
      'url.scheme': 'http',
      'url.path': '/api/acme/orders',
      'server.address': '127.0.0.1',
    });
    expect(span('storefront', 'POST').attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 201,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(shop.orders.url).port),
      'url.full': `${shop.orders.url}/orders`,
    });
    expect(span('orders', 'UPDATE orders').attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.operation.name': 'UPDATE',
      'db.collection.name': 'orders',
      'db.query.text': 'UPDATE orders SET status = :status, charge_id = :chargeId WHERE id = :id',
    });
    const names = new Set(
      shop.traces.all().flatMap(({ spans }) => spans.flatMap((each) => Object.keys(each.attributes))),
    );
    expect([...names].filter((name) => !stableAttributes.has(name))).toEqual([]);
  });

  it('writes the trace id into the log lines of all three services', () => {
    const lines = shop.logs.ofTrace(order[0]?.traceId ?? '');
    expect(new Set(lines.map(({ service }) => service))).toEqual(
      new Set(['storefront', 'orders', 'payments']),
    );
    expect(lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['order taken', 'order placed', 'charge accepted', 'POST /charges 201']),
    );
    expect(shop.logs.unreadable).toEqual([]);
  });

  it('counts exactly what was sent, by method, route and status, aborts and errors among it', async () => {
    expect(report.failures).toEqual([]);
    expect(report.sent).toBe(REQUESTS);
    expect(answered(502)).toBeGreaterThan(0);
    const beforeLoad: LoadReport['tallies'][number] = {
      method: 'POST',
      route: '/api/:tenant/orders',
      status: 201,
      count: 1,
      seconds: 0,
    };
    const sent = { ...report, sent: report.sent + 1, tallies: [...report.tallies, beforeLoad] };
    // Requests that the visitors left end at the server a moment later.
    await vi.waitFor(
      async () => {
        const comparison = compareCounts(sent, await samplesOf(shop.storefront));
        expect(comparison).toEqual({ sent: REQUESTS + 1, counted: REQUESTS + 1, differences: [] });
      },
      { timeout: 30_000, interval: 50 },
    );
    const placed = (outcome: string): Promise<number> => sum(shop.orders, 'orders_placed_total', { outcome });
    expect(await placed('paid')).toBe(answered(201) + 1);
    expect(await placed('declined')).toBe(answered(402));
    expect(await placed('failed')).toBe(answered(502));
    expect(await sum(shop.orders, 'order_value_dollars_count')).toBe(answered(201) + 1);
  });

  it('counts the same calls on both sides of each connection', async () => {
    const outgoing = 'http_client_request_duration_seconds_count';
    const incoming = 'http_server_request_duration_seconds_count';
    expect(await sum(shop.orders, incoming)).toBe(await sum(shop.storefront, outgoing));
    expect(await sum(shop.payments, incoming)).toBe(await sum(shop.orders, outgoing));
    expect(await sum(shop.payments, incoming)).toBe(answered(201, 402, 502) + 1);
    expect(await sum(shop.payments, incoming, { http_response_status_code: '500' })).toBe(answered(502));
    expect(await sum(shop.storefront, 'http_server_active_requests')).toBe(0);
  });

  it('makes a trace of every request, and lets no planted secret into any of its telemetry', async () => {
    for (const service of shop.services) {
      // oxlint-disable-next-line no-await-in-loop -- a few pages
      const [openMetrics, status] = await Promise.all([
        shop.page(service, '/metrics', { accept: 'application/openmetrics-text' }),
        shop.page(service, '/status'),
      ]);
      expect(openMetrics).toContain('# {trace_id="');
      expect(status).toContain(service.name);
    }
    expect(await sum(shop.storefront, 'sightline_redacted_values_total')).toBeGreaterThan(0);
    // What is still under way leaves when the services end.
    await shop.close();
    expect(shop.complaints).toEqual([]);
    expect(shop.traces.roots).toBe(REQUESTS + 1);
    const found = Array.from(shop.leaks.found, ([secret, sources]) => ({
      secret: secretName(shop.planted, secret),
      sources: [...sources],
    }));
    expect(found).toEqual([]);
  });
});

describe('the demo', () => {
  it('shows the shop, ends by itself and with 0, and says that every count is equal and that nothing leaked', async () => {
    const main = fileURLToPath(new URL('../examples/shop/src/main.ts', import.meta.url));
    const args = ['--conditions=@sightline/source', main, '--seconds', '2', '--visitors', '16'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    });
    expect(stdout).toMatch(
      /sent by the visitors +(\d+) requests.*\n +counted by the storefront +\1 requests/,
    );
    expect(stdout).toContain('of which in the telemetry: 0');
    expect(stdout).toContain('Every request was counted, by method, route and status, and no secret leaked.');
    expect(stderr).toBe('');
  }, 60_000);
});
