/* oxlint-disable no-await-in-loop -- one request after the other is what is counted */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Incident } from '../examples/shop/src/incidents.ts';
import { type Service, type Shop, startShop } from '../examples/shop/src/processes.ts';
import { type Sample, parseExposition } from '../examples/shop/src/watch/exposition.ts';

const CARD = '4242424242424242';
/** Of the door: more than all that comes before it is to be used up. */
const LIMIT = 1500;
const WAIT = { timeout: 30_000, interval: 100 };

/** Every state and outcome that the policies of the shop are to come into, as series that are above 0 at the end. */
const driven: Readonly<Record<Service['name'], readonly string[]>> = {
  storefront: [
    'cache_requests_total cache=catalogue result=hit',
    'cache_requests_total cache=catalogue result=miss',
    'cache_requests_total cache=catalogue result=stale',
    'cache_evictions_total cache=catalogue reason=age',
    'cache_evictions_total cache=catalogue reason=deleted',
    'cache_evictions_total cache=catalogue reason=size',
    'cache_overlapping_loads_total cache=catalogue-reads',
    'cache_shared_loads_total cache=catalogue',
    'cache_load_duration_seconds_count cache=catalogue outcome=success',
    'rate_limit_requests_total decision=allowed limiter=door-hour',
    'rate_limit_requests_total decision=allowed limiter=door-minute',
    'rate_limit_requests_total decision=limited limiter=door-minute',
    'rate_limit_requests_total decision=skipped limiter=door-minute',
    'http_requests_limited_total limiter=door-minute',
    'retry_attempts_total name=order-lookups',
    'retry_calls_total name=order-lookups outcome=not_retryable',
    'retry_calls_total name=order-lookups outcome=success',
  ],
  orders: [
    'circuit_breaker_transitions_total from=closed name=payments to=open',
    'circuit_breaker_transitions_total from=half_open name=payments to=closed',
    'circuit_breaker_transitions_total from=half_open name=payments to=open',
    'circuit_breaker_transitions_total from=open name=payments to=half_open',
    'circuit_breaker_calls_total name=payments outcome=failure',
    'circuit_breaker_calls_total name=payments outcome=ignored',
    'circuit_breaker_calls_total name=payments outcome=rejected',
    'circuit_breaker_calls_total name=payments outcome=success',
    'circuit_breaker_calls_total name=payments outcome=timeout',
    'circuit_breaker_recovery_duration_seconds_count name=payments',
    'pool_timeouts_total pool=orders',
    'pool_use_duration_seconds_count pool=orders',
    'pool_wait_duration_seconds_count pool=orders',
  ],
  payments: [
    'bulkhead_rejected_calls_total name=processor',
    'bulkhead_wait_duration_seconds_count name=processor',
    'circuit_breaker_transitions_total from=closed name=processor to=open',
    'circuit_breaker_transitions_total from=half_open name=processor to=closed',
    'circuit_breaker_transitions_total from=open name=processor to=half_open',
    'circuit_breaker_calls_total name=processor outcome=rejected',
    'timeout_calls_total name=processor outcome=timeout',
  ],
};

describe('the policies of the shop', () => {
  let shop: Shop;
  const output: string[] = [];
  /** The order that was placed last. */
  let placed = '';

  beforeAll(async () => {
    shop = await startShop({
      otlpUrl: 'http://127.0.0.1:9',
      serviceToken: 'a-token-of-the-shop',
      onOutput: (_service, chunk) => void output.push(chunk),
      env: { OTEL_TRACES_EXPORTER: 'none', RATE_LIMIT_PER_MINUTE: String(LIMIT) },
    });
  }, 60_000);
  afterAll(() => shop?.stop());

  async function samples(service: Service): Promise<readonly Sample[]> {
    return parseExposition(await service.page('/metrics'));
  }

  async function value(service: Service, name: string, labels: Sample['labels'] = {}): Promise<number> {
    return (await samples(service))
      .filter((each) => each.name === name)
      .filter((each) => Object.entries(labels).every(([label, wanted]) => each.labels[label] === wanted))
      .reduce((sum, each) => sum + each.value, 0);
  }

  async function stateOf(service: Service, name: string): Promise<string | undefined> {
    const states = await samples(service);
    return states.find(
      (each) => each.name === 'circuit_breaker_state' && each.labels['name'] === name && each.value === 1,
    )?.labels['state'];
  }

  function suffer(incident: Incident): void {
    shop.payments.send({ incident });
    shop.orders.send({ incident });
  }

  async function order(card = CARD): Promise<number> {
    const response = await fetch(`${shop.storefront.url}/api/acme/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plan: 'standard', card, items: [{ productId: 'mug', quantity: 1 }] }),
    });
    placed = /"id":"([^"]+)"/.exec(await response.text())?.[1] ?? placed;
    return response.status;
  }

  const orders = async (count: number): Promise<readonly number[]> =>
    Promise.all(Array.from({ length: count }, async () => order()));

  async function ask(path: string): Promise<Response> {
    const response = await fetch(shop.storefront.url + path);
    await response.arrayBuffer();
    return response;
  }

  it('come into every state as the incidents go on, and out of it again', async () => {
    expect(await order()).toBe(201);
    expect((await ask(`/api/acme/orders/${placed}`)).status).toBe(200);
    expect((await ask(`/api/acme/orders/${randomUUID()}`)).status).toBe(404);
    expect(await order('4000000000000002')).toBe(402);
    expect(await stateOf(shop.orders, 'payments')).toBe('closed');

    suffer({ kind: 'failing', failedRatio: 1 });
    await vi.waitFor(async () => {
      await orders(24);
      expect(
        await value(shop.orders, 'circuit_breaker_calls_total', { outcome: 'rejected' }),
      ).toBeGreaterThan(0);
      expect(
        await value(shop.payments, 'circuit_breaker_calls_total', { outcome: 'rejected' }),
      ).toBeGreaterThan(0);
      const reopened = { from: 'half_open', to: 'open' };
      expect(await value(shop.orders, 'circuit_breaker_transitions_total', reopened)).toBeGreaterThan(0);
    }, WAIT);
    suffer({ kind: 'none' });
    await vi.waitFor(async () => {
      expect(await order()).toBe(201);
      expect(await stateOf(shop.orders, 'payments')).toBe('closed');
      expect(await stateOf(shop.payments, 'processor')).toBe('closed');
    }, WAIT);

    suffer({ kind: 'slow', delayMs: 1400 });
    await orders(60);
    suffer({ kind: 'none' });
    await vi.waitFor(async () => expect(await order()).toBe(201), WAIT);

    suffer({ kind: 'hoarding', heldMs: 300 });
    await vi.waitFor(async () => {
      const lookUps = Array.from({ length: 8 }, async () => ask(`/api/acme/orders/${placed}`));
      expect(await orders(8)).toContain(502);
      await Promise.all(lookUps);
      expect(await value(shop.orders, 'pool_timeouts_total')).toBeGreaterThan(0);
      expect(await value(shop.storefront, 'retry_attempts_total')).toBeGreaterThan(0);
    }, WAIT);
    suffer({ kind: 'none' });
    await vi.waitFor(async () => expect(await order()).toBe(201), WAIT);

    await Promise.all(
      ['kettle', 'teapot', 'mug', 'tray', 'samovar', 'mug'].map((id) => ask(`/api/acme/products/${id}`)),
    );
    await Promise.all(Array.from({ length: 6 }, () => ask('/api/acme/products/unicorn')));
    await vi.waitFor(async () => {
      await ask('/api/acme/products');
      expect(await value(shop.storefront, 'cache_requests_total', { result: 'stale' })).toBeGreaterThan(0);
    }, WAIT);
    const catalogue = async (): Promise<unknown> =>
      Promise.all(
        ['', '/kettle', '/teapot', '/mug', '/tray', '/samovar'].map((id) => ask(`/api/acme/products${id}`)),
      );
    const evicted = async (reason: string): Promise<number> =>
      value(shop.storefront, 'cache_evictions_total', { reason });
    await catalogue();
    shop.storefront.send({ incident: { kind: 'flushing', everyMs: 600, readMs: 700 } });
    await vi.waitFor(async () => expect(await evicted('age')).toBeGreaterThan(0), WAIT);
    // What is asked for after each flush is still being read for those who asked before it.
    const waiting: Promise<unknown>[] = [];
    await vi.waitFor(async () => {
      waiting.push(catalogue());
      expect(await evicted('deleted')).toBeGreaterThan(0);
      expect(await value(shop.storefront, 'cache_overlapping_loads_total')).toBeGreaterThan(0);
    }, WAIT);
    shop.storefront.send({ incident: { kind: 'none' } });
    await Promise.all(waiting);
    expect((await ask('/livez')).headers.get('ratelimit')).toBeNull();

    const minute = { limiter: 'door-minute', decision: 'allowed' };
    const used = await value(shop.storefront, 'rate_limit_requests_total', minute);
    const answers = [];
    for (let left = LIMIT + 3 - used; left > 0; left -= 50) {
      const paths = Array.from({ length: Math.min(left, 50) }, () => '/api/acme/products');
      answers.push(...(await Promise.all(paths.map(ask))));
    }
    expect(answers.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(3);
    expect(Number(answers.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(
      0,
    );
    expect(await value(shop.storefront, 'rate_limit_requests_total', { decision: 'limited' })).toBe(3);
    expect(await value(shop.storefront, 'http_requests_limited_total')).toBe(3);

    for (const service of [shop.storefront, shop.orders, shop.payments]) {
      const there = new Set((await samples(service)).filter((each) => each.value > 0).map(seriesOf));
      expect(driven[service.name].filter((series) => !there.has(series))).toEqual([]);
    }
  }, 60_000);

  it('tell of each transition in a line, and in the status with its history', async () => {
    const lines = output.join('').split('\n');
    expect(lines.some((line) => line.includes('circuit breaker payments: closed to open'))).toBe(true);
    expect(lines.some((line) => line.includes('pool orders: available to exhausted'))).toBe(true);
    expect(output.join('')).not.toContain(CARD);
    const status = JSON.parse(await shop.orders.page('/status')) as {
      resilience: { watched: { kind: string; name: string }[]; history: { to: string }[] };
    };
    expect(status.resilience.watched.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(['circuit_breaker payments', 'pool orders']),
    );
    expect(status.resilience.history.length).toBeGreaterThan(3);
  });
});

function seriesOf({ name, labels }: Sample): string {
  const sorted = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [name, ...sorted.map(([label, value]) => `${label}=${value}`)].join(' ');
}
