import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LoadReport, Tallied } from '../examples/shop/src/load/tally.ts';
import { type ObservedShop, openObservedShop } from '../examples/shop/src/observed-shop.ts';
import { startLoadProcess } from '../examples/shop/src/processes.ts';
import { compareCounts } from '../examples/shop/src/watch/compare.ts';
import { parseExposition } from '../examples/shop/src/watch/exposition.ts';
import type { ReceivedSpan } from '../examples/shop/src/watch/trace-book.ts';
import { type DebianProgram, type Found, debianProgram } from './servers/debian.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

const SEED = 11;
const VISITORS = 32;
/** Makes every series, so that what follows is an increase of each. */
const WARM_UP = 900;
const REQUESTS = 1500;
/** What queries may be off by. */
const TOLERANCE = 0.01;
const SERVER = 2;

const DURATION = 'http_server_request_duration_seconds';
const ORDERS = '/api/:tenant/orders';

interface Release {
  readonly name: string;
  readonly prometheus: DebianProgram;
  readonly promtool: DebianProgram;
}

const releases: readonly Release[] = [
  {
    name: "this Debian's",
    prometheus: { program: 'prometheus', package: 'prometheus', release: 'own' },
    promtool: { program: 'promtool', package: 'prometheus', release: 'own' },
  },
  {
    name: "the newest Debian's",
    prometheus: { program: 'prometheus', package: 'prometheus', release: 'sid' },
    promtool: { program: 'promtool', package: 'promtool', release: 'sid' },
  },
];

/** One load, and the moments before and after it at which nothing happened. */
interface Measured {
  readonly report: LoadReport;
  /** Ids of the storefront's server spans of the warm-up. */
  readonly warmUpSpans: ReadonlySet<string>;
  /** By release: the storefront's last scrape before the load, and a moment after it, since 1970 [s]. */
  readonly windows: ReadonlyMap<string, readonly [scrapedSeconds: number, endSeconds: number]>;
  /** By release: counts by method and route, of the storefront, before the load and after it. */
  readonly counts: ReadonlyMap<string, readonly [before: Counts, after: Counts]>;
  /** By release: counts by upper bound, of orders. */
  readonly buckets: ReadonlyMap<string, readonly [before: Counts, after: Counts]>;
}

type Counts = ReadonlyMap<string, number>;

let shop: ObservedShop;
const running = new Map<string, Prometheus>();
const missing = new Map<string, string>();
const promtools = new Map<string, Found>();
let measured: Measured;

beforeAll(async () => {
  const [opened] = await Promise.all([
    openObservedShop({ seed: SEED, kept: { traces: 10_000, lines: 100 } }),
    findPrograms(),
  ]);
  shop = opened;
  await Promise.all([...programs].map(([name, path]) => startScraping(name, path)));
  shop.payments.send({ incident: { kind: 'failing', failedRatio: 0.3 } });
  const warmUp = await load(WARM_UP, SEED);
  await settle([warmUp]);
  measured = await measure(warmUp);
}, 240_000);

afterAll(async () => {
  await Promise.all([...[...running.values()].map((each) => each.stop()), shop.close()]);
});

const programs = new Map<string, string>();

async function findPrograms(): Promise<void> {
  for (const { name, prometheus, promtool } of releases) {
    // oxlint-disable-next-line no-await-in-loop -- the second may be what the first has just got
    const found = await debianProgram(prometheus);
    if ('path' in found) programs.set(name, found.path);
    else missing.set(name, found.missing);
    // oxlint-disable-next-line no-await-in-loop -- see above
    promtools.set(name, await debianProgram(promtool));
  }
}

async function startScraping(name: string, path: string): Promise<void> {
  const jobs = Object.fromEntries(
    shop.services.map((service) => [service.name, new URL(service.adminUrl).host]),
  );
  running.set(name, await startPrometheus({ path, jobs }));
}

async function load(requests: number, seed: number): Promise<LoadReport> {
  const { url } = shop.storefront;
  return startLoadProcess({ url, connections: VISITORS, thinkMs: 10, seed, requests }).done;
}

/** Waits until the storefront has counted all of it, requests that visitors left among them. */
async function settle(reports: readonly LoadReport[]): Promise<void> {
  const report: LoadReport = {
    sent: reports.reduce((sum, { sent }) => sum + sent, 0),
    tallies: reports.flatMap(({ tallies }) => tallies),
    failures: reports.flatMap(({ failures }) => failures),
  };
  await vi.waitFor(
    async () => {
      const samples = parseExposition(await shop.page(shop.storefront, '/metrics'));
      expect(compareCounts(report, samples)).toMatchObject({ counted: report.sent, differences: [] });
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function measure(warmUp: LoadReport): Promise<Measured> {
  await vi.waitUntil(() => serverSpans().length >= warmUp.sent, { timeout: 30_000, interval: 50 });
  const warmUpSpans = new Set(serverSpans().map(({ spanId }) => spanId));
  await scraped();
  const before = await readAll();
  const report = await load(REQUESTS, SEED + 1000);
  await settle([warmUp, report]);
  await scraped();
  const after = await readAll();
  const pairs = (of: 'counts' | 'buckets') =>
    new Map(
      [...before].map(([name, read]) => [name, [read[of], after.get(name)?.[of] ?? new Map()] as const]),
    );
  const windows = new Map(
    [...before].map(([name, { scrapedSeconds }]) => [name, [scrapedSeconds, Date.now() / 1000] as const]),
  );
  return { report, warmUpSpans, windows, counts: pairs('counts'), buckets: pairs('buckets') };
}

/** Waits until every Prometheus has scraped every service once more. */
async function scraped(): Promise<void> {
  const fromSeconds = Date.now() / 1000;
  await vi.waitFor(
    async () => {
      for (const prometheus of running.values()) {
        // oxlint-disable-next-line no-await-in-loop -- two at most
        const times = await prometheus.query('timestamp(up)');
        expect(times).toHaveLength(3);
        for (const { value } of times) expect(Number(value[1])).toBeGreaterThan(fromSeconds);
      }
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function readAll(): Promise<
  ReadonlyMap<string, { readonly scrapedSeconds: number; readonly counts: Counts; readonly buckets: Counts }>
> {
  return new Map(
    await Promise.all(
      Array.from(running, async ([name, prometheus]) => {
        const [scrape, counts, buckets] = await Promise.all([
          prometheus.query('timestamp(up{job="storefront"})'),
          prometheus.query(`sum by (http_request_method, http_route) (${DURATION}_count{job="storefront"})`),
          prometheus.query(
            `sum by (le) (${DURATION}_bucket{job="storefront",http_request_method="POST",http_route="${ORDERS}"})`,
          ),
        ]);
        return [
          name,
          {
            scrapedSeconds: Number(scrape[0]?.value[1]),
            counts: new Map(counts.map(({ metric, value }) => [methodAndRoute(metric), Number(value[1])])),
            buckets: new Map(buckets.map(({ metric, value }) => [metric['le'] ?? '', Number(value[1])])),
          },
        ] as const;
      }),
    ),
  );
}

function methodAndRoute(metric: Readonly<Record<string, string>>): string {
  return `${metric['http_request_method']} ${metric['http_route'] ?? '(none)'}`;
}

function increases([before, after]: readonly [Counts, Counts]): Record<string, number> {
  return Object.fromEntries(Array.from(after, ([key, count]) => [key, count - (before.get(key) ?? 0)]));
}

function sentCount(which: (tallied: Tallied) => boolean): number {
  return measured.report.tallies.filter(which).reduce((sum, { count }) => sum + count, 0);
}

function serverSpans(): readonly ReceivedSpan[] {
  return shop.traces
    .all()
    .flatMap(({ spans }) => spans)
    .filter(({ service, kind }) => service === 'storefront' && kind === SERVER);
}

/** Server spans of the storefront of the load that was measured, once all have come. */
async function measuredSpans(): Promise<readonly ReceivedSpan[]> {
  const spans = (): readonly ReceivedSpan[] =>
    serverSpans().filter(({ spanId }) => !measured.warmUpSpans.has(spanId));
  await vi.waitUntil(() => spans().length >= measured.report.sent, { timeout: 30_000, interval: 50 });
  expect(spans()).toHaveLength(measured.report.sent);
  return spans();
}

function isOrder({ attributes }: ReceivedSpan): boolean {
  return attributes['http.request.method'] === 'POST' && attributes['http.route'] === ORDERS;
}

/** How far a number is from another, as a share of that. */
function errorRatio(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

/** What promtool says of a page, and how it ends: 1 is an error in the page, 3 a complaint about a name or a help. */
async function checkMetrics(path: string, page: string): Promise<readonly [output: string, code: unknown]> {
  const child = spawn(path, ['check', 'metrics'], { stdio: 'pipe' });
  child.stdin.end(page);
  const [output, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[unknown]>,
  ]);
  return [output + error, code];
}

describe.each(releases)('$name Prometheus, scraping the shop under load', ({ name, prometheus: program }) => {
  /** Skips, and says why, where there is none. */
  function prometheusOf(ctx: { skip(note: string): never }): Prometheus {
    const prometheus = running.get(name);
    if (prometheus !== undefined) return prometheus;
    const reason = missing.get(name) ?? 'it is not there';
    process.stdout.write(`skipped: ${reason}\n`);
    return ctx.skip(reason);
  }

  /**
   * One number, of a range that begins with the last scrape before the load. The moment it ends is given: were it "now",
   * the range would begin later by as long as the query takes to arrive, and on a busy machine miss that scrape.
   */
  async function number(prometheus: Prometheus, promql: (range: string) => string): Promise<number> {
    const [scrapedSeconds, endSeconds] = measured.windows.get(name) ?? [Number.NaN, Number.NaN];
    const rangeMs = Math.ceil((endSeconds - scrapedSeconds) * 1000) + 1;
    const samples = await prometheus.query(promql(`[${rangeMs}ms]`), endSeconds);
    expect(samples).toHaveLength(1);
    return Number(samples[0]?.value[1]);
  }

  it('takes every page without an error', async (ctx) => {
    const prometheus = prometheusOf(ctx);
    expect(prometheus.version).toMatch(program.release === 'sid' ? /^[3-9]\./ : /^\d+\./);
    const targets = await prometheus.targets();
    expect(targets.map(({ health, lastError }) => ({ health, lastError }))).toEqual(
      Array.from({ length: 3 }, () => ({ health: 'up', lastError: '' })),
    );
    expect(await prometheus.query('min(min_over_time(up[5m]))')).toMatchObject([
      { value: [expect.anything(), '1'] },
    ]);
  });

  it('has a promtool that finds nothing wrong in any page', async (ctx) => {
    const promtool = promtools.get(name);
    if (promtool === undefined || 'missing' in promtool) return ctx.skip(promtool?.missing);
    const pages = await Promise.all(shop.services.map((service) => shop.page(service, '/metrics')));
    expect(await Promise.all(pages.map((page) => checkMetrics(promtool.path, page)))).toEqual(
      pages.map(() => ['', 0]),
    );
    const [output, code] = await checkMetrics(promtool.path, '# TYPE a_count gauge\na_count 1\n');
    expect([output === '', code]).toEqual([false, 3]);
    return undefined;
  });

  it('counts requests by method and route as they were sent', (ctx) => {
    prometheusOf(ctx);
    const counted = increases(measured.counts.get(name) ?? [new Map(), new Map()]);
    const expected: Record<string, number> = {};
    for (const { method, route, count } of measured.report.tallies) {
      const key = `${method} ${route ?? '(none)'}`;
      expected[key] = (expected[key] ?? 0) + count;
    }
    expect(counted).toEqual(expected);
  });

  it('answers queries for the error ratio within 1 %', async (ctx) => {
    const prometheus = prometheusOf(ctx);
    const ratio = await number(
      prometheus,
      (range) =>
        `sum(rate(${DURATION}_count{job="storefront",http_response_status_code=~"5.."}${range}))` +
        ` / sum(rate(${DURATION}_count{job="storefront"}${range}))`,
    );
    const failed = sentCount(({ status }) => typeof status === 'number' && status >= 500);
    expect(failed).toBeGreaterThan(0);
    expect(errorRatio(ratio, failed / measured.report.sent)).toBeLessThan(TOLERANCE);
  });

  it('answers queries for the share of a route within 1 %', async (ctx) => {
    const prometheus = prometheusOf(ctx);
    const share = await number(
      prometheus,
      (range) =>
        `sum(increase(${DURATION}_count{job="storefront",http_route="${ORDERS}"}${range}))` +
        ` / sum(increase(${DURATION}_count{job="storefront"}${range}))`,
    );
    const orders = sentCount(({ route }) => route === ORDERS);
    expect(errorRatio(share, orders / measured.report.sent)).toBeLessThan(TOLERANCE);
  });

  it('answers queries for the latency as the spans have it', async (ctx) => {
    const prometheus = prometheusOf(ctx);
    const seconds = (await measuredSpans())
      .filter(isOrder)
      .map(({ durationMs }) => durationMs / 1000)
      .toSorted((one, other) => one - other);
    const orders = `job="storefront",http_request_method="POST",http_route="${ORDERS}"`;
    const mean = await number(
      prometheus,
      (range) =>
        `sum(rate(${DURATION}_sum{${orders}}${range})) / sum(rate(${DURATION}_count{${orders}}${range}))`,
    );
    const expectedMean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length;
    expect(errorRatio(mean, expectedMean)).toBeLessThan(TOLERANCE);

    const buckets = increases(measured.buckets.get(name) ?? [new Map(), new Map()]);
    const expected = Object.fromEntries(
      Object.keys(buckets).map((le) => {
        const bound = le === '+Inf' ? Infinity : Number(le);
        return [le, seconds.filter((each) => each <= bound).length];
      }),
    );
    expect(buckets).toEqual(expected);

    const p90 = await number(
      prometheus,
      (range) => `histogram_quantile(0.9, sum by (le) (rate(${DURATION}_bucket{${orders}}${range})))`,
    );
    const bounds = Object.keys(buckets).map((le) => (le === '+Inf' ? Infinity : Number(le)));
    const truth = seconds[Math.ceil(0.9 * seconds.length) - 1] ?? 0;
    const upper = Math.min(...bounds.filter((bound) => bound >= truth));
    const lower = Math.max(0, ...bounds.filter((bound) => bound < truth));
    expect(p90).toBeGreaterThan(lower);
    expect(p90).toBeLessThanOrEqual(upper);
  });

  it('gives back exemplars, each the id of a trace and of a span in it', async (ctx) => {
    const prometheus = prometheusOf(ctx);
    await measuredSpans();
    const known = new Set(
      shop.traces
        .all()
        .flatMap(({ spans }) =>
          spans.map(({ service, traceId, spanId }) => `${service} ${traceId} ${spanId}`),
        ),
    );
    const series = await prometheus.exemplars(`${DURATION}_bucket`);
    const found = series.flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(({ labels }) => {
        expect(Object.keys(labels).toSorted()).toEqual(['span_id', 'trace_id']);
        return `${seriesLabels['job']} ${labels['trace_id']} ${labels['span_id']}`;
      }),
    );
    expect(new Set(series.map(({ seriesLabels }) => seriesLabels['job']))).toEqual(
      new Set(['storefront', 'orders', 'payments']),
    );
    expect(found.filter((each) => !known.has(each))).toEqual([]);
  });
});
