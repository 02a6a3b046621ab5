/* oxlint-disable no-await-in-loop -- one request after the other is what is counted */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Shop, startShop } from '../examples/shop/src/processes.ts';
import { type Sample, parseExposition } from '../examples/shop/src/watch/exposition.ts';
import { findRedis, startRedis } from './servers/redis.ts';
import type { RunningServer } from './servers/database-server.ts';
import { debianProgram } from './servers/debian.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

const LIMIT = 30;
const WAIT = { timeout: 30_000, interval: 100 };

const [redisFound, prometheusFound] = await Promise.all([
  findRedis(),
  debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' }),
]);
const missing = [redisFound, prometheusFound].flatMap((found) => ('missing' in found ? found.missing : []));
if (missing.length > 0) process.stdout.write(`skipped: ${missing.join(', ')}\n`);

describe.skipIf(missing.length > 0)('the shop with Redis at its door, read by a real Prometheus', () => {
  let redis: RunningServer;
  let shop: Shop;
  let prometheus: Prometheus;

  beforeAll(async () => {
    if ('missing' in redisFound || 'missing' in prometheusFound) return;
    redis = await startRedis(redisFound);
    shop = await startShop({
      otlpUrl: 'http://127.0.0.1:9',
      serviceToken: 'a-token-of-the-shop',
      onOutput: () => {},
      env: {
        OTEL_TRACES_EXPORTER: 'none',
        RATE_LIMIT_PER_MINUTE: String(LIMIT),
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      },
    });
    prometheus = await startPrometheus({
      path: prometheusFound.path,
      jobs: { storefront: new URL(shop.storefront.adminUrl).host },
    });
  }, 90_000);
  afterAll(async () => {
    const pid = redis?.pid();
    if (pid !== undefined) process.kill(pid, 'SIGCONT');
    await shop?.stop();
    await prometheus?.stop();
    await redis?.dispose();
  });

  async function ask(): Promise<number> {
    const response = await fetch(`${shop.storefront.url}/api/acme/products`);
    await response.arrayBuffer();
    return response.status;
  }

  async function state(): Promise<string | undefined> {
    const samples: readonly Sample[] = parseExposition(await shop.storefront.page('/metrics'));
    return samples.find(
      ({ name, labels, value }) =>
        name === 'circuit_breaker_state' && labels['name'] === 'redis' && value === 1,
    )?.labels['state'];
  }

  const answer = async (promql: string) =>
    (await prometheus.query(promql)).map(({ metric, value }) => [metric, Number(value[1])] as const);

  it('limits by what Redis counts, stays open while Redis is half closed, and answers what dashboards ask', async () => {
    await vi.waitFor(async () => expect(await prometheus.scrapes()).toBeGreaterThan(1), WAIT);
    const statuses = [];
    for (let at = 0; at < LIMIT + 5; at++) statuses.push(await ask());
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect(await state()).toBe('closed');

    process.kill(redis.pid()!, 'SIGSTOP');
    await vi.waitFor(async () => {
      expect(await Promise.all(Array.from({ length: 8 }, ask))).toEqual(Array.from({ length: 8 }, () => 200));
      expect(await state()).toBe('open');
    }, WAIT);
    // Open or half open as it may be when the page is read: that it opened is counted.
    await vi.waitFor(async () => {
      const [opened] = await answer('sum(circuit_breaker_transitions_total{name="redis",to="open"})');
      expect(opened?.[1]).toBeGreaterThan(0);
    }, WAIT);
    process.kill(redis.pid()!, 'SIGCONT');
    await vi.waitFor(async () => {
      await ask();
      expect(await state()).toBe('closed');
    }, WAIT);

    await vi.waitFor(async () => {
      const states = await answer('circuit_breaker_state{name="redis"}');
      expect(states.filter(([, value]) => value === 1).map(([metric]) => metric['state'])).toEqual([
        'closed',
      ]);
      const limited = await answer('sum(rate(http_requests_limited_total{limiter="door-minute"}[1m]))');
      expect(limited[0]?.[1]).toBeGreaterThan(0);
      const [hitRatio] = await answer(
        'sum(cache_requests_total{cache="catalogue",result=~"hit|stale"}) / sum(cache_requests_total{cache="catalogue"})',
      );
      expect(hitRatio?.[1]).toBeGreaterThan(0.5);
      expect(hitRatio?.[1]).toBeLessThan(1);
      const [changes] = await answer('sum(increase(circuit_breaker_transitions_total{name="redis"}[1h]))');
      expect(changes?.[1]).toBeGreaterThan(0);
      const [failedOpen] = await answer('sum(rate_limit_requests_total{decision="fail_open"})');
      expect(failedOpen?.[1]).toBeGreaterThan(0);
    }, WAIT);
  }, 90_000);
});
