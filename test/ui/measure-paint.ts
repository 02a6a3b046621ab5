/*
 * When the start page is first painted, and what it takes from the server until then: from loopback, with nothing cached.
 *
 * node --conditions=@sightline/source test/ui/measure-paint.ts
 *
 * The web app has to be built. The figures go to `app-figures.json`, which the documents quote; a busy machine measures itself.
 */
import { cpus, loadavg } from 'node:os';
import type { Browser } from 'playwright-core';
import { setTimeout as delay } from 'node:timers/promises';
import { type PaintFigures, keepAppFigures } from './app-figures.ts';
import { findChromium } from './chromium.ts';
import { openShopUi } from './open-shop.ts';
import { openUi } from './open-ui.ts';

const RUNS = 10;
/** How long the shop sells before somebody looks [ms]. */
const FILL_MS = 30_000;
const VIEWPORT = { width: 1280, height: 800 };

interface Run {
  readonly firstPaintMs: number;
  readonly contentMs: number;
  readonly sentBytes: number;
}

/** A context of its own has a cache of its own, which is empty. */
async function open(browser: Browser, url: string, content: string): Promise<Run> {
  const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: 'light' });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const types = new Map<string, string>();
    let sentBytes = 0;
    session.on('Network.responseReceived', ({ requestId, type }) => void types.set(requestId, type));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (['Document', 'Script', 'Stylesheet', 'Image'].includes(types.get(requestId) ?? ''))
        sentBytes += encodedDataLength;
    });
    await page.goto(url);
    await page.locator(content).first().waitFor();
    const times = await page.evaluate(() => ({
      contentMs: performance.now(),
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    }));
    return { ...times, sentBytes };
  } finally {
    await context.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

async function measure(data: string, browser: Browser, url: string, content: string): Promise<PaintFigures> {
  // The first start of a browser reads it from the disk; nobody waits for that with every page.
  await open(browser, url, content);
  const runs: Run[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    runs.push(await open(browser, url, content));
  }
  const figures: PaintFigures = {
    data,
    firstPaintMs: Math.round(median(runs.map(({ firstPaintMs }) => firstPaintMs))),
    firstPaintsMs: runs.map(({ firstPaintMs }) => Math.round(firstPaintMs)),
    contentMs: Math.round(median(runs.map(({ contentMs }) => contentMs))),
    sentBytes: median(runs.map(({ sentBytes }) => sentBytes)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures;
}

const chromium = findChromium();
if ('missing' in chromium) throw new Error(chromium.missing);
const paint: PaintFigures[] = [];

const empty = await openUi(chromium.path);
try {
  const browser = empty.page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  paint.push(await measure('nothing yet', browser, empty.stack.url, 'main pre'));
} finally {
  await empty.close();
}

const shop = await openShopUi();
let load = 0;
try {
  const browser = shop.ui.page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  await delay(FILL_MS);
  paint.push(await measure('the shop under load', browser, shop.ui.stack.url, '.services tbody tr'));
  load = Math.round((loadavg()[0] ?? 0) * 10) / 10;
} finally {
  await shop.close();
}
await keepAppFigures({ machine: `${cpus()[0]?.model ?? ''}, ${cpus().length} cores`, load, paint });
