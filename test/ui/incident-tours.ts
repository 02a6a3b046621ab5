import type { Page } from 'playwright-core';
import type { ShopUi } from './open-shop.ts';

/** What is looked at: how to come to it from the look before, by a click each, and what it shows. */
interface LookStep {
  /** The first look is the page of the alerts, which a notification leads to. */
  readonly clicks: readonly ((page: Page) => Promise<void>)[];
  /** What has to be seen. */
  readonly shows: RegExp;
  /** What is brought into sight for the picture; the top of the page by default. */
  readonly inSight?: string;
}

/** From an alert to the cause of an incident. */
export interface Tour {
  readonly name: string;
  /** The service and the alert that is waited for. */
  readonly alert: readonly [name: string, service: string];
  /** Whether the worker is needed, which is no part of the shop. */
  readonly worker?: true;
  begin(shop: ShopUi): void | Promise<void>;
  readonly looks: readonly [LookStep, LookStep, LookStep];
}

const MEBIBYTE = 2 ** 20;

/** A link of the card of an alert. */
const ofAlert =
  (alert: string, service: string, link: string) =>
  async (page: Page): Promise<void> =>
    page
      .locator('main li.alerts-one', { hasText: alert })
      .filter({ hasText: `service=${service}` })
      .first()
      .getByRole('link', { name: link, exact: true })
      .click();

/** A link by its name, wherever it stands in the page. */
const link =
  (name: string | RegExp) =>
  async (page: Page): Promise<void> =>
    page
      .locator('main')
      .getByRole('link', { name, exact: typeof name === 'string' })
      .first()
      .click();

/** The first trace that the search found. */
async function firstTrace(page: Page): Promise<void> {
  await page.locator('.trace-table tbody tr').first().getByRole('link').first().click();
}

const alerts = (shows: RegExp, inSight?: string): LookStep => ({
  clicks: [],
  shows,
  ...(inSight !== undefined && { inSight }),
});

export const tours: readonly Tour[] = [
  {
    name: 'error-burst',
    alert: ['ErrorRatioHigh', 'storefront'],
    begin: (shop) => shop.suffer({ kind: 'failing', failedRatio: 0.6 }),
    looks: [
      alerts(/Look at payments first/),
      { clicks: [link('Its failed traces')], shows: /POST \/api\/:tenant\/orders/ },
      { clicks: [firstTrace], shows: /First: payments POST \/charges.*processor unavailable/ },
    ],
  },
  {
    name: 'slow-upstream',
    alert: ['DependencySlow', 'orders'],
    begin: (shop) => shop.suffer({ kind: 'slow', delayMs: 3000 }),
    looks: [
      alerts(/DependencySlow/, 'main li.alerts-one:has-text("DependencySlow")'),
      { clicks: [ofAlert('DependencySlow', 'orders', 'Slow traces')], shows: /POST \/api\/:tenant\/orders/ },
      { clicks: [firstTrace], shows: /What it waited for\s.*payments POST \/charges/s },
    ],
  },
  {
    name: 'breaker-open',
    alert: ['BreakerOpen', 'orders'],
    begin: (shop) => shop.suffer({ kind: 'failing', failedRatio: 1 }),
    looks: [
      alerts(/The breaker payments of orders is open/, 'main li.alerts-one:has-text("BreakerOpen")'),
      { clicks: [ofAlert('BreakerOpen', 'orders', 'Service')], shows: /What it calls/ },
      { clicks: [link('payments')], shows: /processor unavailable|The card processor is down/ },
    ],
  },
  {
    name: 'limiter-storm',
    alert: ['RateLimitViolations', 'storefront'],
    begin: (shop) => shop.suffer({ kind: 'storming', atATime: 4, pauseMs: 10 }),
    looks: [
      alerts(/RateLimitViolations/),
      { clicks: [ofAlert('RateLimitViolations', 'storefront', 'Refused requests')], shows: /storefront GET/ },
      { clicks: [firstTrace], shows: /rate_limiter door-minute: limited/ },
    ],
  },
  {
    name: 'memory-leak',
    alert: ['MemoryGrowing', 'payments'],
    begin: (shop) => shop.suffer({ kind: 'leaking', bytesPerCharge: MEBIBYTE / 2, maxBytes: 700 * MEBIBYTE }),
    looks: [
      alerts(/MemoryGrowing/),
      {
        clicks: [ofAlert('MemoryGrowing', 'payments', 'Dashboard')],
        shows: /How much memory/,
        inSight: 'text=How full is the heap?',
      },
      {
        clicks: [
          (page) => page.getByRole('button', { name: 'Sightline' }).click(),
          (page) =>
            page
              .getByRole('link', { name: 'Routes' })
              .or(page.getByRole('menuitem', { name: 'Routes' }))
              .first()
              .click(),
        ],
        shows: /\/charges/,
      },
    ],
  },
  {
    name: 'event-loop-block',
    alert: ['EventLoopBlocked', 'worker'],
    worker: true,
    begin: (shop) => shop.order({ reportMs: 3000 }),
    looks: [
      alerts(/EventLoopBlocked/),
      { clicks: [ofAlert('EventLoopBlocked', 'worker', 'Slow traces')], shows: /worker GET/ },
      { clicks: [firstTrace], shows: /\/report/ },
    ],
  },
  {
    name: 'crash-loop',
    alert: ['Restarting', 'worker'],
    worker: true,
    begin: (shop) => shop.keepAlive(4),
    looks: [
      alerts(/Restarting/),
      {
        clicks: [ofAlert('Restarting', 'worker', 'Error lines')],
        shows: /Cannot read properties of undefined/,
      },
      {
        clicks: [(page) => page.locator('.log-row, .line-row').first().click()],
        shows: /priceText/,
      },
    ],
  },
  {
    name: 'silent-death',
    alert: ['ServiceAbsent', 'storefront'],
    begin: (shop) => shop.kill('storefront'),
    looks: [
      alerts(/ServiceAbsent/),
      { clicks: [ofAlert('ServiceAbsent', 'storefront', 'Service')], shows: /cannot be scraped/ },
      { clicks: [link('Logs')], shows: /storefront/ },
    ],
  },
];
