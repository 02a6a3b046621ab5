/*
 * The pictures of `docs/web-app.md`: each page and each dashboard, while payments fail.
 *
 * node --conditions=@sightline/source test/ui/screens.ts [picture …]
 *
 * The web app has to be built. It runs the shop of the demo, the embedded stack with the rules that are shipped, and Chromium;
 * it takes some minutes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { type ShopUi, openShopUi } from './open-shop.ts';
import { openUi } from './open-ui.ts';
import { writeScreen } from './write-screen.ts';

/** How long all is well first: a picture has to show a beginning [ms]. */
const WELL_MS = 90_000;
/** How long the incident lasts after its alert [ms]. */
const LASTS_MS = 30_000;
/** Charts are drawn, and what is asked for in the background comes, a moment after the page [ms]. */
const SETTLE_MS = 2500;

/** How many minutes are seen [ms]. */
const SHOWN_MS = 300_000;
/** What is about now. */
const LIVE = new Set([
  'services',
  'services-dark',
  'service',
  'alerts',
  'alert',
  'rules',
  'runbook',
  'self',
  'go-to-dark',
]);

interface Screen {
  readonly name: string;
  /** Where it is; with `#` the id of a failed trace, with `##` that of one that did not fail. */
  readonly path: string;
  readonly isDark?: boolean;
  /** What is done there first. */
  prepare?(page: Page): Promise<void>;
}

const FAILED = '{ resource.service.name = "storefront" && status = error }';
const FINE =
  '{ resource.service.name = "storefront" && span.http.response.status_code = 201 } >> { resource.service.name = "payments" }';
const address = (path: string, params: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams({ from: 'now-5m', ...params }).toString()}`;

const pages: readonly Screen[] = [
  { name: 'services', path: address('/', {}) },
  { name: 'services-dark', path: address('/', {}), isDark: true },
  { name: 'service', path: address('/service/orders', {}) },
  { name: 'logs', path: address('/logs', { query: '{service_name=~"orders|payments"}' }) },
  {
    name: 'logs-line-dark',
    path: address('/logs', { query: '{service_name="payments", level="error"}' }),
    isDark: true,
    prepare: (page) => page.locator('.log-row').first().click(),
  },
  {
    name: 'traces',
    path: address('/traces', { query: FAILED }),
    prepare: (page) => page.locator('.search-numbers:not(:has-text("counting…"))').waitFor(),
  },
  { name: 'trace', path: address('/trace/#', {}) },
  { name: 'trace-dark', path: address('/trace/##', {}), isDark: true },
  { name: 'compare', path: address('/compare', { a: '##', b: '#' }) },
  { name: 'map', path: address('/map', {}) },
  {
    name: 'metrics',
    path: address('/explore', {
      query: 'sum by (job, http_response_status_code) (rate(http_server_request_duration_seconds_count[1m]))',
    }),
  },
  { name: 'dashboards', path: address('/dashboards', {}) },
  { name: 'alerts', path: address('/alerts', {}) },
  { name: 'alert', path: address('/alerts', { alert: 'BreakerOpen' }) },
  { name: 'rules', path: address('/alerts', { tab: 'rules' }) },
  { name: 'runbook', path: address('/runbook/breaker-open', { service: 'payments', name: 'processor' }) },
  { name: 'runs', path: address('/runs', {}) },
  {
    name: 'self',
    path: address('/self', {}),
    // What comes in now is known when it was asked for twice.
    prepare: (page) => page.locator('main:not(:has-text("…"))').waitFor(),
  },
  {
    name: 'go-to-dark',
    path: address('/', {}),
    isDark: true,
    async prepare(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Go to' }).fill('pay');
    },
  },
];

/** What is chosen on a dashboard, where its defaults do not show the incident. */
const variables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  resilience: { 'var-service': 'orders' },
  dependencies: { 'var-service': 'orders' },
  'rate-limits': { 'var-service': 'storefront' },
  runtime: { 'var-service': 'payments' },
};
const DARK_DASHBOARDS = new Set(['service', 'logs', 'slo']);

const dashboards: readonly Screen[] = readdirSync(
  fileURLToPath(new URL('../../dashboards/', import.meta.url)),
)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice('sightline-'.length, -'.json'.length))
  .map((name): Screen => ({
    name: `d-${name}`,
    path: address(`/d/sightline-${name}`, variables[name] ?? {}),
    isDark: DARK_DASHBOARDS.has(name),
  }));

async function traceOf(url: string, query: string): Promise<string> {
  const params = new URLSearchParams({ q: query, limit: '1' });
  const response = await fetch(`${url}/api/search?${params.toString()}`);
  const { traces } = (await response.json()) as { traces: { traceID: string }[] };
  if (traces[0] === undefined) throw new Error(`no trace of ${query}`);
  return traces[0].traceID.padStart(32, '0');
}

async function take({ ui: { page, visit } }: Pick<ShopUi, 'ui'>, screen: Screen): Promise<void> {
  await page.emulateMedia({ colorScheme: screen.isDark === true ? 'dark' : 'light' });
  await visit(screen.path);
  await screen.prepare?.(page);
  await page.locator('main:not(:has([aria-busy="true"]))').waitFor();
  await delay(SETTLE_MS);
  await page.locator('main:not(:has([aria-busy="true"]))').waitFor();
  await writeScreen(page, screen.name);
  process.stdout.write(`${screen.name}\n`);
}

const wanted = process.argv.slice(2);
const isWanted = ({ name }: Pick<Screen, 'name'>): boolean => wanted.length === 0 || wanted.includes(name);

const first: Screen = { name: 'first-run', path: '/' };
if (isWanted(first)) {
  const chromium = findChromium();
  if ('missing' in chromium) throw new Error(chromium.missing);
  const ui = await openUi(chromium.path);
  await take({ ui }, first).finally(ui.close);
}
const rest = [...pages, ...dashboards].filter(isWanted);
if (rest.length > 0) {
  const shop = await openShopUi({ worker: true });
  try {
    await delay(WELL_MS / 2);
    await shop.keepAlive(1);
    await delay(WELL_MS / 2);
    const fine = await traceOf(shop.ui.stack.url, FINE);
    shop.suffer({ kind: 'failing', failedRatio: 1 });
    await shop.untilFiring('BreakerOpen', 'payments');
    await delay(LASTS_MS);
    const failed = await traceOf(shop.ui.stack.url, FAILED);
    const endMs = Date.now();
    const minutes = `from=${endMs - SHOWN_MS}&to=${endMs}&refresh=off`;
    let isEmpty = false;
    for (const screen of rest.toSorted(
      (one, other) => Number(LIVE.has(other.name)) - Number(LIVE.has(one.name)),
    )) {
      const path = screen.path.replaceAll('%23', '#').replaceAll('##', fine).replaceAll('#', failed);
      // What is asked about alerts is about now; everything else can be looked at in peace.
      // oxlint-disable-next-line no-await-in-loop -- once
      if (!isEmpty && !LIVE.has(screen.name)) await shop.emptyShop();
      isEmpty ||= !LIVE.has(screen.name);
      // oxlint-disable-next-line no-await-in-loop -- one picture after the other
      await take(shop, { ...screen, path: isEmpty ? path.replace('from=now-5m', minutes) : path }).catch(
        (error: unknown) => {
          process.exitCode = 1;
          process.stderr.write(`${screen.name}: ${(error as Error).message}\n`);
        },
      );
    }
    for (const problem of shop.ui.problems) process.stderr.write(`${problem}\n`);
  } finally {
    await shop.close();
  }
}
