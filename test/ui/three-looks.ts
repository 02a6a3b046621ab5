/*
 * From the alert to the cause of each incident by clicks alone, in a real browser; the pictures of `docs/three-looks.md`.
 *
 * node --conditions=@sightline/source test/ui/three-looks.ts [incident …]
 *
 * The web app has to be built. Each incident has a shop and a stack of its own, and rules at a twentieth of their times: five
 * minutes are fifteen seconds. It fails where a look does not show what the document says of it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Tour, tours } from './incident-tours.ts';
import { openShopUi } from './open-shop.ts';
import { writeScreen } from './write-screen.ts';

const TIME_SCALE_RATIO = 0.05;
/** How long all is well before the incident, so that its beginning can be seen [ms]. */
const WELL_MS = 25_000;
/** How long it lasts after its alert fires, so that there is something to be seen [ms]. */
const LASTS_MS = 15_000;
/** What grows within an hour is known after one, which is three minutes here. */
const SEEN_MS = 360_000;
const LOOK_EVERY_MS = 200;

/** Within the browser: the bar on top would cover what is at the upper end. */
function toTheMiddle(element: unknown): void {
  (element as { scrollIntoView(options: { readonly block: 'center' }): void }).scrollIntoView({
    block: 'center',
  });
}

async function show(tour: Tour): Promise<number> {
  const shop = await openShopUi({
    timeScaleRatio: TIME_SCALE_RATIO,
    worker: tour.worker === true,
  });
  try {
    const { page, visit } = shop.ui;
    await page.emulateMedia({ colorScheme: 'light' });
    await delay(WELL_MS);
    const [alert, service] = tour.alert;
    await Promise.all([tour.begin(shop), shop.untilFiring(alert, service, SEEN_MS)]);
    await delay(LASTS_MS);
    await visit('/alerts?from=now-5m');
    let clicks = 0;
    for (const [index, { clicks: ways, shows, inSight }] of tour.looks.entries()) {
      for (const click of ways) {
        // oxlint-disable-next-line no-await-in-loop -- one click after the other
        await click(page);
        clicks += 1;
      }
      const deadlineMs = performance.now() + SEEN_MS;
      const text = (): Promise<string> => page.locator('main').innerText();
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      while (!shows.test((await text()).replaceAll(/\s+/g, ' '))) {
        if (performance.now() > deadlineMs) {
          throw new Error(`look ${index + 1} of ${tour.name} does not show ${String(shows)}`);
        }
        // oxlint-disable-next-line no-await-in-loop -- see above
        await delay(LOOK_EVERY_MS);
      }
      // oxlint-disable-next-line no-await-in-loop -- see above
      await page.locator('main:not(:has([aria-busy="true"]))').waitFor();
      if (inSight !== undefined) {
        // oxlint-disable-next-line no-await-in-loop -- see above
        await page.locator(inSight).first().evaluate(toTheMiddle);
      }
      // Charts are drawn a moment after their page.
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(2000);
      // oxlint-disable-next-line no-await-in-loop -- see above
      await writeScreen(page, `${tour.name}-${index + 1}`);
    }
    return clicks;
  } finally {
    await shop.close();
  }
}

const wanted = process.argv.slice(2);
const failed: string[] = [];
for (const tour of tours) {
  if (wanted.length > 0 && !wanted.includes(tour.name)) continue;
  try {
    // oxlint-disable-next-line no-await-in-loop -- a machine has to be calm for each
    process.stdout.write(`${tour.name}: three looks, ${await show(tour)} clicks\n`);
  } catch (error) {
    failed.push(tour.name);
    process.stderr.write(`${tour.name}: ${(error as Error).message}\n`);
  }
}
if (failed.length > 0) process.exitCode = 1;
