import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Viewer, startViewer } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CorrelatedShop, openCorrelatedShop, scrapeShop } from './compose/correlated-shop.ts';
import { type NativeStack, createNativeStack, nativeServers } from './compose/native-stack.ts';
import { type StackApi, stackApi } from './compose/stack-api.ts';
import { stackProgram } from './compose/stack-program.ts';
import { findChromium } from './ui/chromium.ts';
import { type OpenedPage, openPage } from './ui/open-page.ts';

/** A minute and more until everything has been scraped, and until Tempo finds what it was sent. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const WAIT_MS = 180_000;

const chromium = findChromium();
const programs = await Promise.all(
  nativeServers.map(async (name) => [name, await stackProgram(name)] as const),
);
const missing = [chromium, ...programs.map(([, found]) => found)].flatMap((found) =>
  'missing' in found ? [found.missing] : [],
);
if (!isLong) missing.push('SIGHTLINE_LONG_TESTS is not set');
if (missing.length > 0)
  process.stdout.write(`The web app is not tried before real servers: ${missing.join('; ')}\n`);

const soon = (look: () => unknown) => expect.poll(look, { timeout: WAIT_MS, interval: 1000 });

describe.skipIf(missing.length > 0)('the web app before the real servers', { timeout: WAIT_MS }, () => {
  let folder: string;
  let stack: NativeStack;
  let shop: CorrelatedShop;
  let api: StackApi;
  let viewer: Viewer;
  let ui: OpenedPage;
  /** Requests that were answered with an error. */
  const failed: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-ui-servers-'));
    stack = await createNativeStack({
      programs: Object.fromEntries(
        programs.map(([name, found]) => [name, 'path' in found ? found.path : '']),
      ) as Parameters<typeof createNativeStack>[0]['programs'],
      folder,
    });
    api = stackApi(stack);
    await Promise.all(nativeServers.map((server) => stack.start(server)));
    shop = await openCorrelatedShop(stack);
    await scrapeShop(shop, folder);
    viewer = await startViewer({ port: 0, ...stack.urls });
    if (!('path' in chromium)) return;
    ui = await openPage(chromium.path, viewer.url);
    ui.page.on('response', (response) => {
      if (response.status() >= 400)
        failed.push(`${response.status()} ${response.url().replace(viewer.url, '')}`);
    });
    // Everything that the pages show takes two scrapes, the numbers over spans among it.
    await vi.waitFor(
      async () => {
        const edges = await api.query('rate(traces_service_graph_request_total{server="payments"}[2m])');
        const routes = await api.query('rate(http_server_request_duration_seconds_count{job="orders"}[2m])');
        const traces = await api.search('{ resource.service.name = "payments" }');
        if (Math.min(edges.length, routes.length, traces.length) === 0)
          throw new Error('nothing is there yet');
      },
      { timeout: WAIT_MS, interval: 1000 },
    );
  }, WAIT_MS * 2);

  afterAll(async () => {
    await ui?.close();
    await viewer?.close();
    await shop?.close();
    await stack?.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }, 90_000);

  async function shows(path: string, ...texts: readonly (string | RegExp)[]): Promise<void> {
    await ui.visit(path);
    for (const text of texts) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await ui.page
        .locator('main')
        .filter({ hasText: text })
        .waitFor({ timeout: WAIT_MS / 3 });
    }
    const picture = process.env['SIGHTLINE_SCREENSHOTS'];
    if (picture !== undefined)
      await ui.page.screenshot({ path: join(picture, `${path.replaceAll(/\W+/g, '-').slice(0, 60)}.png`) });
  }
  /** What only the embedded stack tells answers 404 here; nothing else may. */
  const unexpected = (): readonly string[] =>
    failed.filter((each) => !each.startsWith('404 /sightline/api/'));

  it('lists the services with their numbers, and one with its routes and what it calls', async () => {
    await shows('/', 'storefront', 'orders', 'payments', /[\d.]+\/s/);
    await shows('/service/orders', '/orders', 'payments');
    expect(unexpected()).toEqual([]);
  });

  it('shows lines with their fields and levels, and follows them live', async () => {
    await shows('/logs?query={service_name="orders"}', 'orders');
    const lines = ui.page.getByRole('listbox', { name: /^Log lines/ }).getByRole('option');
    await lines.first().click();
    await ui.page.locator('main').filter({ hasText: 'trace_id' }).waitFor();
    await shows('/logs?query={service_name=~".%2B"}&live=1', /\d+ came/, 'Live');
    await soon(() => lines.count()).toBeGreaterThan(3);
    expect(unexpected()).toEqual([]);
  });

  it('finds traces, draws one with its lines, and compares two', async () => {
    await shows('/traces?query={resource.service.name="payments"}', 'storefront');
    const ids = [
      ...new Set(
        (
          await ui.page
            .locator('a[href*="/trace/"]')
            .evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))
        ).map((link) => /[\da-f]{32}/.exec(link)?.[0] ?? ''),
      ),
    ];
    await shows(`/trace/${ids[0]}`, 'storefront', 'orders', 'payments', 'The critical path');
    await shows(`/compare?a=${ids[0]}&b=${ids[1]}`, 'Swap', 'payments');
    expect(unexpected()).toEqual([]);
  });

  it('draws the map from the numbers over spans', async () => {
    await shows('/map', /\d+ calls/);
    const text = await ui.page.locator('main').innerText();
    expect(['storefront', 'orders', 'payments'].filter((service) => !text.includes(service))).toEqual([]);
    expect(unexpected()).toEqual([]);
  });

  it('explores metrics with exemplars that lead to traces', async () => {
    await shows(
      '/explore?query=http_server_request_duration_seconds_bucket{job="storefront"}',
      /\d+ series/,
      /Exemplars \([1-9]/,
    );
    await shows('/explore?query=up&view=table', /[3-9] series/);
    expect(unexpected()).toEqual([]);
  });

  it('lists alerts and rules, silences an alert and ends the silence', async () => {
    await shows('/alerts?tab=rules', 'ErrorRatioHigh', 'Watchdog');
    await shows('/alerts?query=http_server_request_duration_seconds_count', /\d+ rules ask/);
    await shows('/alerts?tab=told', 'Only the embedded stack remembers notifications');
    const silence = await fetch(`${viewer.url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: 'Watchdog', isRegex: false, isEqual: true }],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
        createdBy: 'ada',
        comment: 'a planned import',
      }),
    });
    expect(silence.status).toBe(200);
    await shows('/alerts?tab=silences', 'a planned import', 'active');
    await ui.page.getByRole('button', { name: 'End it' }).click();
    await ui.page.locator('tbody').filter({ hasText: 'expired' }).waitFor();
    expect(unexpected()).toEqual([]);
  });

  it('says of what only the embedded stack has that it is not here', async () => {
    await shows('/dashboards', 'This server has no dashboards to give');
    await shows('/runs', 'only the embedded stack');
    await shows('/runbook', 'could not be read');
    await shows('/self', /prometheus/i);
    expect(unexpected()).toEqual([]);
    // The browser tells by itself of what is not found, and that nobody hands the live lines of Loki on: they are asked for.
    expect(
      ui.problems.filter((problem) => !/status of 404|WebSocket connection to .*\/tail\?/.test(problem)),
    ).toEqual([]);
  });
});
