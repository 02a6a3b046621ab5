/*
 * How many clicks and keys it takes from the start page to an answer that is on the screen, without scrolling.
 *
 * node --conditions=@sightline/source test/ui/measure-clicks.ts
 *
 * The web app has to be built. A key with a modifier counts as one, and so does pasting. The figures go to `app-figures.json`,
 * which the documents quote.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { type TaskFigures, keepAppFigures } from './app-figures.ts';
import { type ShopUi, openShopUi } from './open-shop.ts';

const FILL_MS = 30_000;
const SUFFER_MS = 30_000;
const VIEWPORT_HEIGHT = 800;

/** Hands that count. */
function createHands(page: Page) {
  const counted = { clicks: 0, keys: 0 };
  return {
    counted,
    async click(target: Locator): Promise<void> {
      await target.click();
      counted.clicks += 1;
    },
    async press(key: string): Promise<void> {
      await page.keyboard.press(key);
      counted.keys += 1;
    },
    async paste(text: string): Promise<void> {
      await page.keyboard.insertText(text);
      counted.keys += 1;
    },
  };
}

type Hands = ReturnType<typeof createHands>;

interface Task {
  readonly task: string;
  readonly way: string;
  /** Goes there from the start page; what has the answer. */
  go(hands: Hands, page: Page, shop: ShopUi): Promise<Locator>;
  /** What the answer has to say. */
  readonly says: RegExp;
}

const link = (page: Page, name: string): Locator => page.getByRole('link', { name, exact: true }).first();

const whileSlow: readonly Task[] = [
  {
    task: 'find the slow dependency',
    way: '“Map”: every call with its duration',
    says: /orders\s*payments.*\d m?s/s,
    async go(hands, page) {
      await hands.click(link(page, 'Map'));
      return page.locator('tbody tr', { hasText: 'orders' }).filter({ hasText: 'payments' });
    },
  },
  {
    task: 'compare deploys',
    way: 'the last start of the service: it and the one before it, side by side',
    says: /\d/,
    async go(hands, page) {
      await hands.click(page.locator('tr', { hasText: 'worker' }).getByRole('link', { name: /ago$/ }));
      return page.locator('main table').first();
    },
  },
  {
    task: 'find the noisy route',
    way: 'the service: its routes by what they fail, then by their requests',
    says: /\/s/,
    async go(hands, page) {
      await hands.click(link(page, 'storefront'));
      return page.locator('section[aria-labelledby="service-routes"] tbody tr').first();
    },
  },
  {
    task: "follow one user's request",
    way: 'Ctrl K, the request id that the user was answered, Enter: its lines in every service',
    says: /GET \/api/,
    async go(hands, page, { url }) {
      const response = await fetch(`${url}/api/acme/products`);
      await response.text();
      const id = response.headers.get('x-request-id');
      if (id === null) throw new Error('the storefront answers without a request id');
      await delay(3000);
      await hands.press('Control+k');
      await hands.paste(id);
      await hands.press('Enter');
      return page.locator('.log-row').first();
    },
  },
];

const whileFailing: readonly Task[] = [
  {
    task: 'find the first error',
    way: 'the worst service: its errors, each once, since when, with a trace',
    says: /processor/,
    async go(hands, page) {
      await hands.click(link(page, 'payments'));
      return page.locator('.service-error').first();
    },
  },
];

async function count(shop: ShopUi, { task, way, go, says }: Task): Promise<TaskFigures> {
  const { page, visit } = shop.ui;
  await visit('/?from=now-5m');
  await page.locator('.services tbody tr').nth(2).waitFor();
  const hands = createHands(page);
  const answer = await go(hands, page, shop);
  await answer.waitFor();
  const [box, text] = [await answer.boundingBox(), await answer.innerText()];
  if (!says.test(text)) throw new Error(`${task}: ${text}`);
  if (box === null || box.y >= VIEWPORT_HEIGHT) throw new Error(`${task}: the answer is below the screen`);
  const figures = { task, ...hands.counted, way };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures;
}

const shop = await openShopUi({ worker: true });
const tasks: TaskFigures[] = [];
try {
  await delay(FILL_MS);
  await shop.keepAlive(1);
  shop.suffer({ kind: 'slow', delayMs: 600 });
  await delay(SUFFER_MS);
  // oxlint-disable-next-line no-await-in-loop -- there is one page
  for (const task of whileSlow) tasks.push(await count(shop, task));
  shop.suffer({ kind: 'failing', failedRatio: 0.5 });
  await delay(SUFFER_MS);
  // oxlint-disable-next-line no-await-in-loop -- see above
  for (const task of whileFailing) tasks.push(await count(shop, task));
} finally {
  await shop.close();
}
await keepAppFigures({ tasks });
