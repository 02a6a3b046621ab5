import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Incident } from '../examples/shop/src/incidents.ts';
import type { LoadReport, Tallied } from '../examples/shop/src/load/tally.ts';
import { type Shop, startLoadProcess, startShop } from '../examples/shop/src/processes.ts';
import { compareCounts } from '../examples/shop/src/watch/compare.ts';
import { type Sample, parseExposition } from '../examples/shop/src/watch/exposition.ts';
import { findRedis, startRedis } from './servers/redis.ts';
import type { RunningServer } from './servers/database-server.ts';
import { debianProgram } from './servers/debian.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

const SEED = 23;
const VISITORS = 12;
const THINK_MS = 100;
/**
 * A minute and an hour that pass while the test waits: twice what a visitor asks for in them who thinks, and less than the
 * storm does even where each of its requests takes 300 ms.
 */
const DOOR = {
  RATE_LIMIT_MINUTE_MS: '600',
  RATE_LIMIT_PER_MINUTE: '16',
  RATE_LIMIT_HOUR_MS: '1500',
  RATE_LIMIT_PER_HOUR: '30',
};
/** Look-ups, one after the other, of which is known what the cache answers. */
const HITS = 120;
const MISSES = 30;
/** Requests while there is no Redis. */
const UNCOUNTED = 40;
const WAIT = { timeout: 60_000, interval: 50 };
/** What queries may be off by. */
const TOLERANCE_RATIO = 0.01;
const RULES = new URL('../alerts/prometheus/compatibility.yml', import.meta.url);

const releases = [
  { name: "this Debian's", release: 'own' },
  { name: "the newest Debian's", release: 'sid' },
] as const;

/** What was sent, and moments at which nothing was under way [s since 1970]. */
interface Measured {
  readonly report: LoadReport;
  readonly limited: number;
  readonly uncounted: number;
  readonly moments: Readonly<Record<'calm' | 'stormed' | 'cached' | 'down' | 'end', number>>;
  /** Changes of the breaker before Redis, as the service has written them into its log. */
  readonly changes: number;
}

const redisFound = await findRedis();
const running = new Map<string, Prometheus>();
const missing = new Map<string, string>();
let redis: RunningServer | undefined;
let shop: Shop | undefined;
let folder: string | undefined;
let measured: Measured | undefined;
let output = '';

function started(): Shop {
  if (shop === undefined) throw new Error('the shop is not open');
  return shop;
}

beforeAll(async () => {
  const programs = new Map<string, string>();
  for (const { name, release } of releases) {
    // oxlint-disable-next-line no-await-in-loop -- the second may be what the first has just got
    const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release });
    if ('missing' in redisFound) missing.set(name, redisFound.missing);
    else if ('missing' in found) missing.set(name, found.missing);
    else programs.set(name, found.path);
  }
  for (const reason of new Set(missing.values())) process.stdout.write(`skipped: ${reason}\n`);
  if ('missing' in redisFound || programs.size === 0) return;

  folder = await mkdtemp(join(tmpdir(), 'sightline-source-queries-'));
  const rules = join(folder, 'compatibility.yml');
  // As they are, but as often as is scraped here.
  await writeFile(rules, (await readFile(RULES, 'utf8')).replace('interval: 30s', 'interval: 1s'));
  redis = await startRedis(redisFound);
  shop = await startShop({
    otlpUrl: 'http://127.0.0.1:9',
    serviceToken: 'a-token-of-the-shop',
    onOutput: (service, chunk) => (output += service === 'storefront' ? chunk : ''),
    env: { ...DOOR, OTEL_TRACES_EXPORTER: 'none', REDIS_URL: `redis://127.0.0.1:${redis.port}` },
  });
  const jobs = { storefront: new URL(shop.storefront.adminUrl).host };
  const alerts = { rules: [rules], alertmanager: '127.0.0.1:9' };
  await Promise.all(
    Array.from(programs, async ([name, path]) =>
      running.set(name, await startPrometheus({ path, jobs, alerts })),
    ),
  );
  await renewed('up');
  measured = await measure(redis);
}, 240_000);

afterAll(async () => {
  await Promise.all([...Array.from(running.values(), (each) => each.stop()), shop?.stop()]);
  await redis?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** Waits until every Prometheus has scraped, and from then on until it has come to its rules. */
async function read(): Promise<number> {
  await renewed('up');
  return renewed('cache_hits');
}

/** Waits until every Prometheus has a newer sample of a metric. */
async function renewed(metric: string): Promise<number> {
  const fromSeconds = Date.now() / 1000;
  await vi.waitFor(async () => {
    for (const prometheus of running.values()) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      const [sample] = await prometheus.query(`timestamp(${metric})`);
      expect(Number(sample?.value[1])).toBeGreaterThan(fromSeconds);
    }
  }, WAIT);
  return Date.now() / 1000;
}

async function page(): Promise<readonly Sample[]> {
  return parseExposition(await started().storefront.page('/metrics'));
}

async function counted(name: string, wanted: Sample['labels'] = {}): Promise<number> {
  return (await page())
    .filter((sample) => sample.name === name)
    .filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

async function breakerState(): Promise<string | undefined> {
  const states = (await page()).filter(
    ({ name, labels }) => name === 'circuit_breaker_state' && labels['name'] === 'redis',
  );
  return states.find(({ value }) => value === 1)?.labels['state'];
}

function suffer(incident: Incident): void {
  const { storefront, orders, payments } = started();
  for (const service of [storefront, orders, payments]) service.send({ incident });
}

/** Each request from another address, so that the door lets it in. */
let askers = 0;
const sentByHand: Tallied[] = [];

async function ask(path: string, route?: string): Promise<number> {
  askers += 1;
  const headers = { 'x-forwarded-for': `192.0.2.${askers % 250}` };
  const response = await fetch(`${started().storefront.url}/api/acme${path}`, { headers });
  await response.arrayBuffer();
  sentByHand.push({ method: 'GET', route, status: response.status, count: 1, seconds: 0 });
  return response.status;
}

const askForList = async (): Promise<number> => ask('/products', '/api/:tenant/products');
const askForNothing = async (): Promise<number> => ask('/nothing');

async function measure(server: RunningServer): Promise<Measured> {
  const visitors = await storm();
  // From here on the list is in the cache.
  await askForList();
  const calm = Date.now() / 1000;
  const stormed = await read();

  for (let sent = 0; sent < HITS; sent += 1) {
    // oxlint-disable-next-line no-await-in-loop -- at the same time, some would wait for the same load
    expect(await askForList()).toBe(200);
  }
  for (let sent = 0; sent < MISSES; sent += 1) {
    // oxlint-disable-next-line no-await-in-loop -- see above
    expect(await ask(`/products/unicorn-${sent}`, '/api/:tenant/products/:id')).toBe(404);
  }
  const cached = await read();

  await server.stop();
  const statuses = await Promise.all(Array.from({ length: UNCOUNTED }, askForNothing));
  let uncounted = UNCOUNTED;
  expect(new Set(statuses)).toEqual(new Set([404]));
  await vi.waitFor(async () => {
    uncounted += 1;
    await askForNothing();
    for (const prometheus of running.values()) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      const open = await prometheus.query('circuit_breaker_state{name="redis"} == 1');
      expect(open.map(({ metric }) => metric['state'])).toEqual(['open']);
    }
  }, WAIT);
  const down = await renewed('up');

  await server.start();
  await vi.waitFor(async () => {
    await askForNothing();
    expect(await breakerState()).toBe('closed');
  }, WAIT);
  const end = await read();

  const report = {
    sent: visitors.sent + sentByHand.length,
    tallies: [...visitors.tallies, ...sentByHand],
    failures: visitors.failures,
  };
  return {
    report,
    limited: report.tallies.filter(({ status }) => status === 429).reduce((sum, { count }) => sum + count, 0),
    uncounted,
    moments: { calm, stormed, cached, down, end },
    changes: output.match(/circuit breaker redis: \w+ to \w+/g)?.length ?? 0,
  };
}

/** Visitors, and each incident until it has done what it is for. */
async function storm(): Promise<LoadReport> {
  const load = startLoadProcess({
    url: started().storefront.url,
    connections: VISITORS,
    thinkMs: THINK_MS,
    seed: SEED,
  });
  load.send({ incident: { kind: 'storming', atATime: 10, pauseMs: 10 } });
  suffer({ kind: 'failing', failedRatio: 0.3 });
  const decisions = async (limiter: string, decision: string): Promise<number> =>
    counted('rate_limit_requests_total', { limiter, decision });
  await vi.waitFor(async () => {
    expect(await decisions('door-minute', 'limited')).toBeGreaterThan(0);
    expect(await decisions('door-hour', 'limited')).toBeGreaterThan(0);
  }, WAIT);
  load.send({ incident: { kind: 'none' } });

  suffer({ kind: 'flushing', everyMs: 700, readMs: 100 });
  await vi.waitFor(async () => {
    for (const reason of ['age', 'deleted', 'size']) {
      // oxlint-disable-next-line no-await-in-loop -- three
      expect(await counted('cache_evictions_total', { cache: 'catalogue', reason })).toBeGreaterThan(0);
    }
    expect(await counted('cache_overlapping_loads_total', { cache: 'catalogue-reads' })).toBeGreaterThan(0);
    expect(await counted('cache_shared_loads_total', { cache: 'catalogue' })).toBeGreaterThan(0);
  }, WAIT);
  suffer({ kind: 'none' });

  // Whoever was turned away is let in again when the hour is over.
  await vi.waitFor(async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const response = await fetch(`${started().storefront.url}/api/acme/nothing`, { headers });
    await response.arrayBuffer();
    sentByHand.push({ method: 'GET', route: undefined, status: response.status, count: 1, seconds: 0 });
    expect(response.status).toBe(404);
  }, WAIT);
  load.stop();
  const report = await load.done;
  expect(report.failures).toEqual([]);
  return report;
}

describe.each(releases)('$name Prometheus, asked what the documents ask', ({ name }) => {
  /** Skips, and says why, where there is none. */
  function known(ctx: { skip(note: string): never }): Measured & { readonly prometheus: Prometheus } {
    const prometheus = running.get(name);
    if (prometheus === undefined || measured === undefined)
      return ctx.skip(missing.get(name) ?? 'it is not there');
    return { ...measured, prometheus };
  }

  async function number(prometheus: Prometheus, promql: string): Promise<number> {
    const samples = await prometheus.query(promql);
    expect(samples).toHaveLength(1);
    return Number(samples[0]?.value[1]);
  }

  /** A range that ends at a moment and is as long as Prometheus knows of it, at most as long as is asked for. */
  async function extrapolatedRatio(
    prometheus: Prometheus,
    metric: string,
    range: string,
    at: number,
  ): Promise<number> {
    const samples = await number(prometheus, `min(count_over_time(${metric}[${range}] @ ${at}))`);
    // A counter that began with 0 is extended at its end alone, by a tenth more than an interval at most.
    return 1.1 / (samples - 1);
  }

  /** Whether an increase is what it has to be, and no more above it than Prometheus extends what it has seen. */
  function expectIncrease(actual: number, expected: number, extrapolated: number): void {
    expect(actual).toBeGreaterThan(expected * (1 - TOLERANCE_RATIO));
    expect(actual).toBeLessThan(expected * (1 + extrapolated + TOLERANCE_RATIO));
  }

  it('says which state the breaker before Redis is in', async (ctx) => {
    const { prometheus, moments } = known(ctx);
    const states = async (at: number): Promise<object> => {
      const samples = await prometheus.query(`circuit_breaker_state{name="redis"} @ ${at}`);
      return Object.fromEntries(samples.map(({ metric, value }) => [metric['state'], Number(value[1])]));
    };
    const closed = { closed: 1, open: 0, half_open: 0, isolated: 0, disabled: 0 };
    expect(await states(moments.stormed)).toEqual(closed);
    // Open or half open as it may be by then; that it was open has been waited for.
    expect(await states(moments.down)).toMatchObject({ closed: 0, isolated: 0, disabled: 0 });
    expect(await states(moments.end)).toEqual(closed);
  });

  it('counts the changes of that breaker in an hour as its log has them', async (ctx) => {
    const { prometheus, moments, changes } = known(ctx);
    const metric = 'circuit_breaker_transitions_total{name="redis"}';
    expect(changes).toBeGreaterThan(2);
    expect(await number(prometheus, `sum(${metric} @ ${moments.end})`)).toBe(changes);
    expectIncrease(
      await number(prometheus, `sum(increase(${metric}[1h] @ ${moments.end}))`),
      changes,
      await extrapolatedRatio(prometheus, metric, '1h', moments.end),
    );
  });

  it('says how many requests a second were turned away at the door, none of which had come to a route', async (ctx) => {
    const { prometheus, moments, limited } = known(ctx);
    const metric = 'http_requests_limited_total';
    expect(limited).toBeGreaterThan(0);
    expect(await number(prometheus, `sum(${metric} @ ${moments.end})`)).toBe(limited);
    const series = await prometheus.query(`${metric} @ ${moments.end}`);
    expect(new Set(series.map(({ metric: labels }) => labels['limiter']))).toEqual(
      new Set(['door-minute', 'door-hour']),
    );
    expect(series.filter(({ metric: labels }) => 'http_route' in labels)).toEqual([]);
    const perSecond = await number(prometheus, `sum(rate(${metric}[1m] @ ${moments.stormed}))`);
    expectIncrease(
      perSecond * 60,
      limited,
      await extrapolatedRatio(prometheus, metric, '1m', moments.stormed),
    );
  });

  it('counts each request that went by the door while there was no Redis', async (ctx) => {
    const { prometheus, moments, uncounted } = known(ctx);
    const metric = 'rate_limit_requests_total{decision="fail_open"}';
    const samples = await prometheus.query(`${metric} @ ${moments.down}`);
    expect(
      Object.fromEntries(samples.map(({ metric: labels, value }) => [labels['limiter'], Number(value[1])])),
    ).toEqual({ 'door-minute': uncounted, 'door-hour': uncounted });
  });

  it('says which share of look-ups the cache has answered', async (ctx) => {
    const { prometheus, moments } = known(ctx);
    const { calm, cached } = moments;
    const range = `[${Math.floor((cached - calm) * 1000)}ms] @ ${cached}`;
    const ratio = await number(
      prometheus,
      `sum(rate(cache_requests_total{cache="catalogue",result=~"hit|stale"}${range}))` +
        ` / sum(rate(cache_requests_total{cache="catalogue"}${range}))`,
    );
    expect(Math.abs(ratio / (HITS / (HITS + MISSES)) - 1)).toBeLessThan(TOLERANCE_RATIO);
  });

  it('knows hits and misses under their old names', async (ctx) => {
    const { prometheus, moments } = known(ctx);
    for (const [metric, expected] of [
      ['cache_hits', HITS],
      ['cache_misses', MISSES],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- two
      expect(await number(prometheus, `${metric} @ ${moments.cached} - ${metric} @ ${moments.stormed}`)).toBe(
        expected,
      );
    }
  });

  it('knows violations per minute under their old name', async (ctx) => {
    const { prometheus, moments, limited } = known(ctx);
    const metric = 'rate_limit_violations_total';
    expect(await number(prometheus, `sum(${metric} @ ${moments.stormed})`)).toBe(limited);
    expectIncrease(
      (await number(prometheus, `sum(rate(${metric}[1m] @ ${moments.stormed}))`)) * 60,
      limited,
      await extrapolatedRatio(prometheus, metric, '1m', moments.stormed),
    );
  });

  it('counts requests by method, route and status under their old name as they were sent', async (ctx) => {
    const { prometheus, moments, report } = known(ctx);
    const series = await prometheus.query(
      `sum by (method, route, status_code) (http_request_duration_seconds_bucket{job="storefront",le="+Inf"} @ ${moments.end})`,
    );
    const samples = series.map(({ metric, value }): Sample => {
      const { method = '', route, status_code: status } = metric;
      return {
        name: 'http_server_request_duration_seconds_count',
        labels: {
          http_request_method: method,
          ...(route !== undefined && { http_route: route }),
          ...(status !== undefined && { http_response_status_code: status }),
        },
        value: Number(value[1]),
      };
    });
    expect(compareCounts(report, samples)).toEqual({
      sent: report.sent,
      counted: report.sent,
      differences: [],
    });
  });
});
