import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';

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
});
