import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import {
  type PlantedRequests,
  plantLines,
  plantOrder,
  plantRequests,
  plantSamples,
  plantTrace,
  traceId,
} from './ui/plant.ts';

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

/** What would be an element, if it were not shown as a text. */
const HOSTILE = '<img src=x onerror=alert(1)>';
const REQUESTS = 'http_server_request_duration_seconds_count';

/** Two services with metrics, of which one fails, one known by its spans and one by its lines alone. */
async function plant(url: string, nowMs: number): Promise<void> {
  const moments = Array.from({ length: 13 }, (_, index) => nowMs - 120_000 + index * 10_000);
  const requests = (service: string, route: string, status: number, perStep: number): PlantedRequests => ({
    service,
    route,
    status,
    counts: moments.map((atMs, index) => ({ atMs, count: index * perStep })),
  });
  await plantRequests(url, [
    requests('checkout', '/pay', 200, 60),
    requests('checkout', '/pay', 503, 20),
    requests('checkout', `/${HOSTILE}`, 200, 20),
    requests('catalogue', '/items', 200, 100),
  ]);
  await plantSamples(url, [
    { name: 'health_check_status', labels: { job: 'checkout', check: 'cards' }, atMs: nowMs, value: 0.5 },
    {
      name: 'circuit_breaker_state',
      labels: { job: 'checkout', name: 'cards', state: 'open' },
      atMs: nowMs,
      value: 1,
    },
  ]);
  await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      plantOrder(url, { number: index + 1, atMs: nowMs - 30_000 + index * 1000, failed: index === 4 }),
    ),
  );
  await plantTrace(url, {
    id: traceId(77),
    atMs: nowMs - 20_000,
    spans: [{ service: HOSTILE, name: HOSTILE, id: '00000000000000aa', kind: 2, startMs: 0, durationMs: 5 }],
  });
  await plantLines(url, [
    { service: 'nightly', level: 'info', atMs: nowMs - 5000, fields: { msg: 'done' } },
    ...[1, 2, 3].map((number) => ({
      service: 'checkout',
      level: 'error' as const,
      atMs: nowMs - 10_000 + number,
      fields: {
        msg: 'charge failed',
        err: {
          type: 'CardError',
          message: `${HOSTILE} for order ${number}`,
          fingerprint: 'abcdef0123456789',
        },
      },
      metadata: { trace_id: traceId(5) },
    })),
  ]);
}

describe.skipIf('missing' in chromium)('the pages of services', { timeout: 90_000 }, () => {
  let ui: Ui;
  const nowMs = Date.now();
  /** A fixed range: numbers that can be compared, and no refresh meanwhile. */
  const range = `from=${nowMs - 900_000}&to=${nowMs}`;

  beforeAll(async () => {
    if (!('path' in chromium)) return;
    ui = await openUi(chromium.path, { spanMetricsIntervalMs: 500 });
    await plant(ui.stack.url, nowMs);
    await ui.stack.waitFor(
      async (stack) =>
        (await stack.promql('traces_spanmetrics_calls_total{service="payments"}')).length > 0 &&
        (await stack.promql('traces_service_graph_request_total{client="orders"}')).length > 0,
      { timeoutMs: 30_000 },
    );
  }, 90_000);
  afterAll(() => ui?.close());

  const row = (name: string) =>
    ui.page.getByRole('row').filter({ has: ui.page.getByRole('link', { name, exact: true }) });

  it('have one row a service, worst first, whatever signal it is known by', async () => {
    await ui.visit(`/?${range}`);
    await row(HOSTILE).waitFor();
    const names = await ui.page.locator('.services-name > a').allTextContents();
    expect(names[0]).toBe('checkout');
    expect(names).toEqual(
      expect.arrayContaining(['catalogue', 'storefront', 'orders', 'payments', 'nightly', HOSTILE]),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(ui.problems).toEqual([]);
  });

  it('show the numbers that the API gives', async () => {
    await ui.visit(`/?${range}`);
    const stepMs = 15_000;
    const atMs = Math.floor(nowMs / stepMs) * stepMs;
    const [failed] = await ui.stack.promql(
      `sum(rate(${REQUESTS}{job="checkout",http_response_status_code="503"}[60s])) / sum(rate(${REQUESTS}{job="checkout"}[60s]))`,
      { timeMs: atMs },
    );
    const [rate] = await ui.stack.promql(`sum(rate(${REQUESTS}{job="checkout"}[60s]))`, { timeMs: atMs });
    expect(failed?.value).toBeCloseTo(0.2, 5);
    const cells = row('checkout').getByRole('cell');
    expect(await cells.nth(2).textContent()).toBe(`${Number(Number(rate?.value).toPrecision(3))}/s`);
    expect(await cells.nth(3).textContent()).toBe('20 %');
    expect(await row('checkout').getByText('degraded').getAttribute('title')).toBe('check cards is degraded');
  });

  it('lead from a number to its evidence', async () => {
    await ui.visit(`/?${range}`);
    const to = new URL(
      await row('checkout')
        .getByRole('link', { name: '20 %' })
        .evaluate((link) => (link as unknown as { href: string }).href),
    );
    expect(to.pathname).toBe('/traces');
    expect(to.searchParams.get('query')).toBe('{ resource.service.name = "checkout" && status = error }');
    expect(to.searchParams.get('to')).toBe(String(nowMs));
    await row('checkout').getByRole('link', { name: 'Logs of checkout' }).click();
    await expect
      .poll(() => new URL(ui.page.url()).searchParams.get('query'))
      .toBe('{service_name="checkout"}');
  });

  it('tell of one service its routes, errors by fingerprint, checks and breakers', async () => {
    await ui.visit(`/service/checkout?${range}`);
    const { page } = ui;
    await page.getByRole('heading', { name: 'Routes' }).waitFor();
    const pay = page.getByRole('row').filter({ hasText: 'POST /pay' });
    expect(await pay.getByRole('cell').nth(1).textContent()).toBe('25 %');
    expect(
      await page
        .getByRole('row')
        .filter({ hasText: `POST /${HOSTILE}` })
        .count(),
    ).toBe(1);
    const error = page.getByRole('row').filter({ hasText: 'charge failed' });
    expect(await error.getByRole('cell').first().textContent()).toBe('3');
    expect(await error.textContent()).toContain(HOSTILE);
    expect(await error.getByRole('link', { name: 'trace' }).getAttribute('href')).toContain(
      `/trace/${traceId(5)}`,
    );
    const lines = new URL(
      (await error.getByRole('link', { name: 'lines' }).getAttribute('href')) ?? '',
      ui.stack.url,
    );
    expect(await ui.stack.logs(lines.searchParams.get('query') ?? '')).toHaveLength(3);
    expect(await page.getByRole('row').filter({ hasText: 'breaker' }).textContent()).toContain('open');
    // Nothing of it became an element.
    expect(await page.locator('main img').count()).toBe(0);
    expect(ui.problems).toEqual([]);
  });

  it('tell of a service that sends spans alone, with what it calls', async () => {
    // Its numbers are written as of now, and again with every refresh.
    await ui.visit('/service/orders?refresh=1s');
    const calls = ui.page.getByRole('region', { name: 'What it calls' });
    await calls.getByRole('link', { name: 'payments' }).waitFor();
    await ui.page.getByRole('row').filter({ hasText: 'POST /orders' }).waitFor();
    expect(ui.problems).toEqual([]);
  });

  it('tell what came in, with numbers of the stack itself', async () => {
    await ui.visit('/self');
    const { received } = ui.stack.self();
    const spans = ui.page
      .getByRole('row')
      .filter({ has: ui.page.getByRole('rowheader', { name: 'Spans', exact: true }) });
    await spans.waitFor();
    expect(await spans.getByRole('cell').nth(1).textContent()).toBe(String(received.spans.stored));
    expect(ui.problems).toEqual([]);
  });

  it.each(['/', '/service/checkout', '/service/nobody', '/self'])(
    'have nothing that axe finds wrong on %s, in either theme',
    async (path) => {
      await ui.visit(`${path}?${range}`);
      await ui.page.locator('main table, main .empty, main section').first().waitFor();
      expect(await ui.axe()).toEqual([]);
      await ui.page.getByRole('button', { name: /^(?:Light|Dark) theme$/ }).click();
      expect(await ui.axe()).toEqual([]);
      expect(ui.problems).toEqual([]);
    },
  );
});
