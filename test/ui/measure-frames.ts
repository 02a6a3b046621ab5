/*
 * How long frames take in the heaviest pages, in a real browser: a dashboard of a hundred panels, and fifty thousand series in
 * the explorer.
 *
 * node --conditions=@sightline/source test/ui/measure-frames.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { hundredPanels, plantManySeries, plantPanels } from './heavy-pages.ts';
import { openUi } from './open-ui.ts';

const SERIES = 50_000;
const SCROLL_STEPS = 120;

/** Of an element, what scrolling is about. */
interface Box {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/** Scrolls step by step, a step a frame, and keeps how long each frame took [ms]. */
async function framesWhileScrolling(page: Page, selector: string | undefined): Promise<readonly number[]> {
  return page.evaluate(
    async ({ selector: wanted, steps }) => {
      const browser = globalThis as unknown as {
        document: { scrollingElement: Box | null; querySelector(selector: string): Box | null };
        requestAnimationFrame(run: (time: number) => void): void;
      };
      const box =
        wanted === undefined ? browser.document.scrollingElement : browser.document.querySelector(wanted);
      if (box === null) throw new Error(`${wanted} is not there`);
      const frames: number[] = [];
      let before = performance.now();
      for (let step = 1; step <= steps; step++) {
        box.scrollTop = (box.scrollHeight - box.clientHeight) * (step / steps);
        // oxlint-disable-next-line no-await-in-loop -- one frame after the other is what is measured
        await new Promise((resolve) => {
          browser.requestAnimationFrame(resolve);
        });
        const now = performance.now();
        frames.push(now - before);
        before = now;
      }
      return frames;
    },
    { selector, steps: SCROLL_STEPS },
  );
}

/** [ms] of the processor that the page's thread took for a frame on average: what a machine with others on it still tells. */
async function cpuOf(
  page: Page,
  scroll: () => Promise<readonly number[]>,
): Promise<{ readonly frames: readonly number[]; readonly cpuMs: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taskSeconds = async (): Promise<number> =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')
      ?.value ?? 0;
  const before = await taskSeconds();
  const frames = await scroll();
  const cpuMs = (((await taskSeconds()) - before) * 1000) / frames.length;
  await session.detach();
  return { frames, cpuMs };
}

async function tell(what: string, page: Page, selector?: string): Promise<void> {
  const { frames, cpuMs } = await cpuOf(page, () => framesWhileScrolling(page, selector));
  const sorted = frames.toSorted((one, other) => one - other);
  const at = (ratio: number): string => (sorted[Math.floor((sorted.length - 1) * ratio)] ?? 0).toFixed(1);
  const long = frames.filter((ms) => ms > 100).length;
  process.stdout.write(
    `${what}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms, ${long} over 100 ms; ${cpuMs.toFixed(1)} ms of processor time each\n`,
  );
}

const chromium = findChromium();
if ('missing' in chromium) throw new Error(chromium.missing);
const folder = await mkdtemp(join(tmpdir(), 'sightline-frames-'));
await writeFile(join(folder, 'hundred.json'), JSON.stringify(hundredPanels));
const ui = await openUi(chromium.path, { dashboards: folder });
try {
  const { url } = ui.stack;
  await plantPanels(url);
  await ui.visit('/d/hundred');
  await ui.page.locator('.panel-body[aria-busy="false"]').first().waitFor();
  await tell('a hundred panels, first way down', ui.page);
  await ui.page.locator('main:not(:has([aria-busy="true"]))').waitFor();
  await tell('a hundred panels, second way down', ui.page);

  await plantManySeries(url, SERIES);
  await ui.visit('/explore?query=many_series&refresh=off');
  await ui.page.locator('.legend tbody tr').first().waitFor();
  process.stdout.write(`${await ui.page.locator('.explore .row.muted').first().innerText()}\n`);
  await tell('the graph of fifty thousand series', ui.page);
  await ui.visit('/explore?query=many_series&view=table&refresh=off');
  await ui.page.getByRole('button', { name: 'Show all' }).click();
  await ui.page.getByText(`${SERIES} series`, { exact: true }).waitFor();
  await tell('the table of fifty thousand series', ui.page, '.explore-table .virtual-list');
  const problems = ui.problems.filter((problem) => problem !== '');
  if (problems.length > 0) process.stdout.write(`${problems.join('\n')}\n`);
} finally {
  await ui.close();
  await rm(folder, { recursive: true, force: true });
}
