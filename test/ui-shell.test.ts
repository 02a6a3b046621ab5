import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { plantLines } from './ui/plant.ts';

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

describe.skipIf('missing' in chromium)('the web app', { timeout: 60_000 }, () => {
  let ui: Ui;
  beforeAll(async () => {
    if ('path' in chromium) ui = await openUi(chromium.path);
  }, 60_000);
  afterAll(() => ui?.close());

  it('says how to begin while nothing has come in', async () => {
    await ui.visit('/');
    await expect.poll(() => ui.page.locator('main').textContent()).toContain('@sightline/bootstrap/register');
    expect(ui.problems).toEqual([]);
    expect(await ui.axe()).toEqual([]);
  });

  it('keeps the time range of the address from page to page, and says where nothing is', async () => {
    await ui.visit('/nowhere?from=now-1h');
    expect(await ui.page.title()).toBe('Nothing is here · Sightline');
    await ui.page.getByRole('link', { name: 'To the services' }).click();
    await expect.poll(() => new URL(ui.page.url()).search).toBe('?from=now-1h');
    expect(ui.problems).toEqual([]);
  });

  it('leads past the navigation to the content, which has the focus then', async () => {
    await ui.visit('/logs?from=now-1h');
    await ui.page.keyboard.press('Tab');
    await ui.page.keyboard.press('Enter');
    await expect.poll(() => ui.page.evaluate('document.activeElement.id')).toBe('page');
    expect(new URL(ui.page.url()).search).toBe('?from=now-1h');
    expect(ui.problems).toEqual([]);
  });

  it('leads from minutes in which nothing came to those before', async () => {
    await plantLines(ui.stack.url, [
      { service: 'night', level: 'info', atMs: Date.now() - 3_600_000, fields: { msg: 'an hour ago' } },
    ]);
    await ui.visit('/logs');
    await ui.page.getByRole('button', { name: 'The last 6 hours' }).click();
    await ui.page.getByText('an hour ago').waitFor();
    expect(new URL(ui.page.url()).searchParams.get('from')).toBe('now-6h');
  });

  it('finds one of many services by a part of its name, which stays in the address', async () => {
    const names = Array.from({ length: 21 }, (_, at) => `shop-${at}`);
    await plantLines(
      ui.stack.url,
      names.map((service) => ({ service, level: 'info', atMs: Date.now(), fields: {} })),
    );
    await ui.visit('/');
    await ui.page.getByRole('searchbox', { name: 'Find' }).fill('OP-7');
    await expect.poll(() => ui.page.locator('.services tbody tr').count()).toBe(1);
    expect(new URL(ui.page.url()).search).toBe('?filter=OP-7');
    expect(await ui.axe()).toEqual([]);
  });

  it('works in a browser that must keep nothing', async () => {
    const page = await ui.page.context().newPage();
    try {
      await page.addInitScript(() => {
        for (const name of ['localStorage', 'sessionStorage']) {
          Object.defineProperty(globalThis, name, {
            get() {
              throw new Error('Access is denied for this document.');
            },
          });
        }
      });
      await page.goto(ui.stack.url);
      await page.locator('main:not(:has([aria-busy="true"]))').waitFor();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Services');
      await page.getByRole('button', { name: 'Dark theme' }).click();
      await expect.poll(() => page.getByRole('button', { name: 'Light theme' }).count()).toBe(1);
    } finally {
      await page.close();
    }
  });

  it('says that the clock of the browser is not that of the server', async () => {
    const notice = ui.page.getByText('The clock of this browser is 1 h ahead of that of the server');
    expect(await notice.count()).toBe(0);
    await ui.page.clock.setFixedTime(Date.now() + 3_600_000);
    await ui.visit('/');
    await notice.waitFor();
    expect(ui.problems).toEqual([]);
  });
});
