import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { plantLines, plantOrder, plantSamples, traceId } from './ui/plant.ts';
import { plantService } from './ui/plant-service.ts';

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

const RULES = `
groups:
  - name: shop
    rules:
      - alert: QueueLong
        expr: queue_length > 10
        annotations: { summary: 'orders wait in confirmations' }
`;

const dashboard = {
  uid: 'small',
  title: 'A small dashboard',
  panels: [
    {
      id: 1,
      type: 'stat',
      title: 'Waiting',
      gridPos: { x: 0, y: 0, w: 12, h: 8 },
      datasource: { type: 'prometheus' },
      targets: [{ refId: 'A', expr: 'queue_length', instant: true }],
    },
  ],
};

/** Each page, and what it shows of what was planted. */
const pages: Readonly<Record<string, string>> = {
  '/': 'shop',
  '/service/shop': 'version 1.4.0',
  '/logs?query={service_name="shop"}': 'a line of the shop',
  '/traces?query={}': 'POST /api/orders',
  [`/trace/${traceId(1)}`]: 'INSERT orders',
  [`/compare?a=${traceId(1)}&b=${traceId(2)}`]: 'INSERT orders',
  '/map': 'payments',
  '/explore?query=queue_length': '1 series',
  '/explore?query=queue_length&view=table': '1 series',
  '/dashboards': 'A small dashboard',
  '/d/small': '42',
  '/alerts': 'orders wait in confirmations',
  '/alerts?tab=rules': 'QueueLong',
  '/alerts?query=queue_length': 'One rule asks',
  '/runs': '1.4.0',
  '/runbook': 'queue-long',
  '/runbook/queue-long': 'More than 10 orders wait',
  '/self': 'Log lines',
};

interface Fault {
  /** What the server does instead of answering. */
  readonly name: string;
  readonly answer: (route: Route) => Promise<void>;
  /** What the page says of it. */
  readonly says: RegExp;
}

const UNEXPECTED = /not what was expected|no dashboard of Grafana/;
const faults: readonly Fault[] = [
  {
    name: 'a failure',
    answer: (route) => route.fulfill({ status: 500, contentType: 'text/plain', body: 'the disk is full' }),
    says: /the disk is full/,
  },
  {
    name: 'no JSON',
    answer: (route) => route.fulfill({ contentType: 'text/html', body: '<html>a proxy</html>' }),
    says: /is no JSON|not what was expected/,
  },
  {
    name: 'JSON of another shape',
    answer: (route) => route.fulfill({ json: { odd: 7, data: { odd: 7 } } }),
    says: UNEXPECTED,
  },
  { name: 'null', answer: (route) => route.fulfill({ json: null }), says: UNEXPECTED },
  {
    name: 'a connection that breaks',
    answer: (route) => route.abort('connectionreset'),
    says: /did not answer/,
  },
];

/** The read APIs; the app itself comes from elsewhere. */
const API = /^[^?]*\/(?:loki\/|sightline\/)?api\//;
/** All faults on each page; otherwise one each, in turns. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** A busy machine takes its time; what waits ends as soon as the condition holds. */
const WAIT_MS = 30_000;

/* oxlint-disable no-await-in-loop -- one fault after the other */
describe.skipIf('missing' in chromium)('before a server with faults, the page', { timeout: 120_000 }, () => {
  let ui: Ui;
  let folder: string;
  const asItIs = (route: Route): Promise<void> => route.continue();
  /** What becomes of each question. */
  let answer = asItIs;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-faults-'));
    await Promise.all([
      writeFile(join(folder, 'rules.yml'), RULES),
      writeFile(join(folder, 'queue-long.md'), '# QueueLong\n\nMore than 10 orders wait.\n'),
      writeFile(join(folder, 'small.json'), JSON.stringify(dashboard)),
    ]);
    if (!('path' in chromium)) return;
    ui = await openUi(chromium.path, {
      rules: [join(folder, 'rules.yml')],
      runbooks: folder,
      dashboards: folder,
    });
    const { url } = ui.stack;
    const nowMs = Date.now();
    await plantService(url, {
      service: 'shop',
      untilMs: Math.floor(nowMs / 10_000) * 10_000,
      points: 12,
      routes: [{ route: '/pay', perPoint: 3 }],
      traceId: traceId(1),
    });
    await plantSamples(url, [
      {
        name: 'queue_length',
        labels: { job: 'shop', queue: 'confirmations' },
        atMs: nowMs - 1000,
        value: 42,
      },
    ]);
    await plantSamples(
      url,
      [0, 1, 2].map((step) => ({
        name: 'traces_service_graph_request_total',
        labels: { client: 'orders', server: 'payments', connection_type: '' },
        atMs: nowMs - 90_000 + step * 30_000,
        value: step * 60,
      })),
    );
    await plantLines(url, [
      { service: 'shop', level: 'info', atMs: nowMs - 2000, fields: { msg: 'a line of the shop' } },
    ]);
    await plantOrder(url, { number: 1, atMs: nowMs - 60_000 });
    await plantOrder(url, { number: 2, atMs: nowMs - 50_000, failed: true });
    await ui.stack.round();
    await ui.page.route(API, (route) => answer(route));
    await ui.visit('/nowhere');
  }, 60_000);
  afterAll(async () => {
    await ui?.close();
    await rm(folder, { recursive: true });
  });

  /** Goes there as a link does, from elsewhere, without loading the app anew. */
  const go = (path: string): Promise<void> =>
    follow(['/nowhere', `${path}${path.includes('?') ? '&' : '?'}refresh=1s`]);
  async function follow(addresses: readonly string[]): Promise<void> {
    await ui.page.evaluate((each) => {
      const browser = globalThis as unknown as {
        history: { pushState(state: null, title: string, to: string): void };
        dispatchEvent(event: unknown): void;
        PopStateEvent: new (type: string) => unknown;
      };
      for (const address of each) {
        browser.history.pushState(null, '', address);
        browser.dispatchEvent(new browser.PopStateEvent('popstate'));
      }
    }, addresses);
  }
  const seen = (text: string | RegExp): Promise<void> =>
    ui.page.locator('main').filter({ hasText: text }).waitFor({ timeout: WAIT_MS });
  const uncaught = (): readonly string[] => ui.problems.filter((problem) => problem.startsWith('uncaught'));

  it.each(Object.entries(pages).map(([path, shown], index) => ({ path, shown, index })))(
    '$path has words while it waits, says what is wrong, and shows what there is as soon as it is told',
    async ({ path, shown, index }) => {
      // Each page comes back from another one; in the long form from all of them.
      const turns = isLong ? [...faults.keys()] : [0];
      for (const turn of turns) {
        const fault = faults[(turn + index) % faults.length] as Fault;
        const held: (() => void)[] = [];
        answer = async (route) => {
          await new Promise<void>((resolve) => held.push(resolve));
          // Whoever asked may have left meanwhile.
          await fault.answer(route).catch(() => undefined);
        };
        await go(path);
        await expect.poll(() => held.length, { timeout: WAIT_MS }).toBeGreaterThan(0);
        expect((await ui.page.locator('main').textContent())?.trim()).not.toBe('');
        answer = fault.answer;
        for (const resolve of held) resolve();
        await seen(fault.says);
      }
      answer = asItIs;
      await seen(shown);
      expect(uncaught()).toEqual([]);
    },
  );

  it('says that what it shows is old while something else is on its way', async () => {
    await go('/traces?query={}');
    await seen('POST /api/orders');
    const held: (() => void)[] = [];
    answer = async (route) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await route.continue().catch(() => undefined);
    };
    await follow(['/traces?query={ name = "none" }&refresh=off']);
    const status = ui.page.locator('header').getByText('Asking…');
    await status.waitFor();
    expect(await ui.page.locator('main').innerText()).toContain('POST /api/orders');
    answer = asItIs;
    for (const resolve of held) resolve();
    await seen('No trace in these minutes is like this');
    await status.waitFor({ state: 'detached' });
  });

  it('keeps the alerts that it knows of where it is not told anew', async () => {
    await go('/alerts');
    await seen('orders wait in confirmations');
    answer = (route) => route.fulfill({ status: 500, contentType: 'text/plain', body: 'the disk is full' });
    await seen('the disk is full');
    expect(await ui.page.locator('main').innerText()).toContain('orders wait in confirmations');
    answer = asItIs;
  });

  it('lets a slow server answer what it was asked, however often the page asks anew', async () => {
    const held: (() => void)[] = [];
    let rounds = 0;
    answer = async (route) => {
      const address = route.request().url();
      if (address.includes('/api/v1/rules')) rounds++;
      if (address.includes('/api/v1/query_range')) await new Promise<void>((resolve) => held.push(resolve));
      await route.continue().catch(() => undefined);
    };
    await go('/alerts?alert=QueueLong');
    await expect.poll(() => rounds, { timeout: WAIT_MS }).toBeGreaterThan(3);
    expect(held).toHaveLength(1);
    answer = asItIs;
    for (const resolve of held) resolve();
    await ui.page.getByRole('img', { name: 'Values of QueueLong' }).waitFor();
  });

  it('does not say of a trace what is true of another one', async () => {
    await go(`/trace/${'f'.repeat(32)}`);
    await seen('This trace is not kept');
    const held: (() => void)[] = [];
    answer = async (route) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await route.continue().catch(() => undefined);
    };
    await follow([`/trace/${traceId(1)}?refresh=off`]);
    await seen('Reading the trace…');
    answer = asItIs;
    for (const resolve of held) resolve();
    await seen('POST /api/orders');
    expect(uncaught()).toEqual([]);
  });

  it('fits into the window of a telephone: what is wider scrolls by itself', async () => {
    const { page } = ui;
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['/service/shop', '/map', '/alerts?tab=rules', '/runs', '/self']) {
      await go(path);
      await seen(pages[path] ?? '');
      const wide = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = (
          globalThis as unknown as {
            document: { documentElement: { scrollWidth: number; clientWidth: number } };
          }
        ).document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect({ path, wide }).toEqual({ path, wide: 0 });
    }
    // The title and what is for the whole page, and the times below.
    const bar = await page.locator('.shell-bar').boundingBox();
    expect(bar?.height).toBeLessThan(100);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('asks for the token that a server wants, and goes on with it', async () => {
    answer = (route) =>
      route.request().headers()['authorization'] === 'Bearer a-token'
        ? route.continue()
        : route.fulfill({ status: 401, contentType: 'text/plain', body: 'a token is wanted' });
    for (const [path, shown] of Object.entries(pages).slice(0, isLong ? undefined : 2)) {
      await ui.page.evaluate(() => {
        (globalThis as unknown as { sessionStorage: { clear(): void } }).sessionStorage.clear();
      });
      await go(path);
      await seen(/a token is wanted/);
      await ui.page.getByLabel('Token', { exact: true }).fill('a-token');
      await ui.page.getByRole('button', { name: 'Continue' }).click();
      await seen(shown);
    }
    expect(uncaught()).toEqual([]);
  });

  it('takes nothing for a token that cannot be one, and asks again where it was given none', async () => {
    answer = (route) =>
      route.request().headers()['authorization'] === 'Bearer a-token'
        ? route.continue()
        : route.fulfill({ status: 401, contentType: 'text/plain', body: 'a token is wanted' });
    await ui.page.evaluate(() => {
      (globalThis as unknown as { sessionStorage: { clear(): void } }).sessionStorage.clear();
    });
    await follow(['/nowhere', '/?refresh=off']);
    const field = ui.page.getByLabel('Token', { exact: true });
    await field.fill('a-tok…');
    await ui.page.getByRole('button', { name: 'Continue' }).click();
    expect(await field.evaluate((element) => element.matches(':invalid'))).toBe(true);
    await ui.page.keyboard.press('Escape');
    await field.waitFor({ state: 'hidden' });
    const isAskedAgain = async (): Promise<boolean> => {
      await ui.page.keyboard.press('r');
      return field.isVisible();
    };
    await expect.poll(isAskedAgain, { timeout: WAIT_MS }).toBe(true);
    await field.fill('a-token');
    await ui.page.getByRole('button', { name: 'Continue' }).click();
    await seen('shop');
    answer = asItIs;
  });
});
