/*
 * How a trace of many spans scrolls, in a real browser: the longest frame, and how many took over 100 ms.
 *
 * node --conditions=@sightline/source test/ui/measure-trace.ts [spans]
 *
 * The web app has to be built. A busy machine measures itself, so the load stands beside the figures.
 */
import { loadavg } from 'node:os';
import { findChromium } from './chromium.ts';
import { plantLongTrace } from './heavy-pages.ts';
import { openUi } from './open-ui.ts';
import { traceId } from './plant.ts';

const SPANS = Number(process.argv[2] ?? 5000);
const FRAMES = 300;
const SLOW_MS = 100;

const chromium = findChromium();
if ('missing' in chromium) throw new Error(chromium.missing);
const ui = await openUi(chromium.path);
try {
  await plantLongTrace(ui.stack.url, traceId(1), SPANS);
  const before = performance.now();
  await ui.visit(`/trace/${traceId(1)}`);
  await ui.page.getByRole('treeitem').first().waitFor();
  const openMs = performance.now() - before;
  const frames = await ui.page.evaluate(async (count) => {
    const page = globalThis as unknown as {
      document: { querySelector(selector: string): { scrollTop: number; scrollHeight: number } };
      requestAnimationFrame(run: (time: number) => void): void;
    };
    const box = page.document.querySelector('.wf-rows');
    const step = box.scrollHeight / count;
    const lengths: number[] = [];
    let last: number | undefined;
    await new Promise<void>((resolve) => {
      const frame = (time: number): void => {
        if (last !== undefined) lengths.push(time - last);
        last = time;
        box.scrollTop += step;
        if (lengths.length < count) page.requestAnimationFrame(frame);
        else resolve();
      };
      page.requestAnimationFrame(frame);
    });
    return lengths;
  }, FRAMES);
  const sorted = frames.toSorted((one, other) => one - other);
  const at = (ratio: number): string =>
    `${(sorted[Math.floor((sorted.length - 1) * ratio)] ?? 0).toFixed(1)} ms`;
  const slow = frames.filter((length) => length > SLOW_MS).length;
  process.stdout.write(
    `${SPANS} spans: first rows after ${openMs.toFixed(0)} ms; ${frames.length} frames from top to end: median ${at(0.5)}, ` +
      `99 of 100 within ${at(0.99)}, longest ${at(1)}, ${slow} over ${SLOW_MS} ms; load ${loadavg()[0]?.toFixed(1)}\n`,
  );
} finally {
  await ui.close();
}
