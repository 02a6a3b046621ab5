/*
 * Whether the heaviest pages stay as large as they are while somebody keeps them open and uses them.
 *
 * node --conditions=@sightline/source test/ui/measure-memory.ts --page logs --minutes 30
 *
 * Pages: logs (10,000 lines a second, live), trace (5,000 spans), dashboard (100 panels, asked again every five seconds),
 * explorer (50,000 series; from graph to table and back each half minute). What is measured goes into `endurance.json`, under
 * the name of the page; `endurance-table.ts` writes the table from it. The web app has to be built.
 */
/* oxlint-disable no-await-in-loop -- one after the other is what somebody does */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machine } from '../load/figures.ts';
import type { Locator } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { type EnduranceResults, endurancePath, enduranceRows } from './endurance-table.ts';
import { hundredPanels, plantLongTrace, plantManySeries, plantPanels, pourLines } from './heavy-pages.ts';
import { type Ui, openUi } from './open-ui.ts';
import { type MemorySample, blocksOf, judgeMemory, watchMemory } from './page-memory.ts';
import { traceId } from './plant.ts';

const SERIES = 50_000;
const SPANS = 5000;
const LINES_PER_SECOND = 10_000;
/** Between two looks at the memory; everything that is done with a page fits in it [ms]. */
const TURN_MS = 30_000;
/** How long a page is used without a rest before the first look: V8 compiles what it runs again and again, and keeps that. */
const WARM_UP_MINUTES = 3;

/** What is on its way is not what is kept: while the page is looked at, none comes. */
interface Held {
  readonly now: boolean;
  /** In all [ms]. */
  readonly ms: number;
}

interface HeavyPage {
  open(ui: Ui): Promise<void>;
  /** What goes on beside it all the time, until a moment [ms since 1970]; returns what that was, in words. */
  feed?(ui: Ui, untilMs: number, held: Held): Promise<string>;
  /** What somebody does with the page in a turn; ends where it began. */
  use(ui: Ui, turn: number): Promise<void>;
}

/** Down with the wheel and up again. */
async function wheel(ui: Ui, over: Locator, steps: number): Promise<void> {
  await over.waitFor();
  const box = await over.boundingBox();
  if (box === null) return;
  await ui.page.mouse.move(box.x + box.width / 2, box.y + Math.min(200, box.height / 2));
  for (const direction of [1, -1]) {
    for (let step = 0; step < steps; step++) {
      await ui.page.mouse.wheel(0, direction * 600);
      await delay(100);
    }
  }
}

const pages: Readonly<Record<string, HeavyPage>> = {
  logs: {
    async open(ui) {
      await ui.visit('/logs?live=1');
    },
    async feed(ui, untilMs, held) {
      const fromMs = Date.now();
      const lines = await pourLines(ui.stack.url, LINES_PER_SECOND, untilMs, () => held.now);
      const perSecond = Math.round((lines * 1000) / (Date.now() - fromMs - held.ms));
      return `${lines} lines, ${perSecond} a second but while it was looked at`;
    },
    async use(ui) {
      const list = ui.page.getByRole('listbox', { name: /^Log lines/ });
      await list.getByRole('option').first().waitFor();
      await wheel(ui, list, 40);
    },
  },
  trace: {
    async open(ui) {
      await plantLongTrace(ui.stack.url, traceId(1), SPANS);
      await ui.visit(`/trace/${traceId(1)}`);
      await ui.page.getByRole('treeitem').first().waitFor();
    },
    async use(ui, turn) {
      await wheel(ui, ui.page.locator('.wf-rows'), 40);
      for (let span = 0; span < 5; span++) {
        await ui.page
          .getByRole('treeitem')
          .nth((turn + span) % 15)
          .click();
        await ui.page.locator('section.trace-side[aria-label="Span"]').waitFor();
        await ui.page.getByRole('button', { name: 'Close the span' }).click();
        await ui.page.locator('section.trace-side[aria-label="Where the time went"]').waitFor();
      }
    },
  },
  dashboard: {
    async open(ui) {
      await plantPanels(ui.stack.url);
      await ui.visit('/d/hundred?refresh=5s');
      await ui.page.locator('.panel-body[aria-busy="false"]').first().waitFor();
    },
    async feed(ui, untilMs) {
      const send = await plantPanels(ui.stack.url);
      while (Date.now() < untilMs) {
        await send();
        await delay(2000);
      }
      return 'a point of each series every ten seconds';
    },
    async use(ui) {
      await wheel(ui, ui.page.locator('main'), 40);
    },
  },
  explorer: {
    async open(ui) {
      await plantManySeries(ui.stack.url, SERIES);
      // Of so few minutes that they are full once the warm-up is over: points that are still to come would be growth.
      await ui.visit('/explore?query=many_series&refresh=5s&from=now-2m&to=now');
      await ui.page.locator('.legend tbody tr').first().waitFor();
    },
    async feed(ui, untilMs) {
      while (Date.now() < untilMs) {
        await plantManySeries(ui.stack.url, SERIES);
        await delay(60_000);
      }
      return `a point of each of ${SERIES} series every minute`;
    },
    async use(ui) {
      await ui.page.getByRole('button', { name: 'Table' }).click();
      await ui.page.getByRole('button', { name: 'Show all' }).click();
      await ui.page.getByText(`${SERIES} series`, { exact: true }).waitFor();
      await wheel(ui, ui.page.locator('.explore-table .virtual-list'), 20);
      await ui.page.getByRole('button', { name: 'Graph' }).click();
      await ui.page.locator('.legend tbody tr').first().waitFor();
    },
  },
};

const { values } = parseArgs({
  options: {
    page: { type: 'string', default: 'logs' },
    minutes: { type: 'string', default: '30' },
    turn: { type: 'string', default: String(TURN_MS) },
    'warm-up': { type: 'string', default: String(WARM_UP_MINUTES) },
    /** Under which it is kept; that of the page without. */
    name: { type: 'string' },
  },
});
const heavy = pages[values.page];
if (heavy === undefined) throw new Error(`--page is one of ${Object.keys(pages).join(', ')}`);
const minutes = Number(values.minutes);
const turnMs = Number(values.turn);
const warmUpMinutes = Number(values['warm-up']);
const chromium = findChromium();
if ('missing' in chromium) throw new Error(chromium.missing);
const folder = await mkdtemp(join(tmpdir(), 'sightline-memory-'));
await writeFile(join(folder, 'hundred.json'), JSON.stringify(hundredPanels));
const ui = await openUi(chromium.path, { dashboards: folder, limits: { logLines: 100_000 } });
// A busy machine takes its time for fifty thousand series.
ui.page.setDefaultTimeout(180_000);
try {
  await heavy.open(ui);
  const fromMs = Date.now() + warmUpMinutes * 60_000;
  const untilMs = fromMs + minutes * 60_000;
  const samples: MemorySample[] = [];
  const loads: number[] = [];
  const held = { now: false, ms: 0 };
  const watch = async (): Promise<void> => {
    for (let turn = 0; Date.now() < fromMs; turn++) await heavy.use(ui, turn);
    const look = await watchMemory(ui.page);
    let nextMs = Date.now();
    for (let turn = 0; Date.now() < untilMs; turn++) {
      const heldMs = performance.now();
      held.now = true;
      const sample = await look();
      held.now = false;
      held.ms += performance.now() - heldMs;
      samples.push(sample);
      loads.push(loadavg()[0] ?? 0);
      const { seconds, heapBytes, ownBytes = 0, nodes, listeners } = sample;
      const [heap, own] = [heapBytes, ownBytes].map((bytes) => (bytes / 1e6).toFixed(2));
      process.stdout.write(
        `${values.page} ${seconds} s: ${heap} MB, ${own} without code, ${nodes} nodes, ${listeners} listeners\n`,
      );
      await heavy.use(ui, turn);
      nextMs += turnMs;
      await delay(Math.max(0, nextMs - Date.now()));
    }
  };
  const [fed] = await Promise.all([heavy.feed?.(ui, untilMs, held) ?? Promise.resolve(''), watch()]);
  const blocks = blocksOf(samples);
  const verdicts = judgeMemory(samples, blocks);
  const results = JSON.parse(await readFile(endurancePath, 'utf8').catch(() => '{}')) as EnduranceResults;
  const problems = ui.problems.filter((problem) => problem !== '');
  const own = {
    machine: machine(),
    measuredAt: new Date().toISOString().slice(0, 10),
    minutes,
    meanLoad: Math.round((loads.reduce((sum, load) => sum + load, 0) / loads.length) * 10) / 10,
    fed,
    problems,
    warmUpSeconds: blocks.warmUpSeconds,
    verdicts,
    samples,
  };
  await writeFile(
    endurancePath,
    `${JSON.stringify({ ...results, [values.name ?? values.page]: own }, null, 1)}\n`,
  );
  process.stdout.write(
    `${fed}\n${enduranceRows({ [values.page]: own })
      .map((row) => row.join(' | '))
      .join('\n')}\n${problems.join('\n')}\n`,
  );
  if (problems.length > 0 || verdicts.some(({ isFlat }) => !isFlat)) process.exitCode = 1;
} finally {
  await ui.close();
  await rm(folder, { recursive: true, force: true });
}
