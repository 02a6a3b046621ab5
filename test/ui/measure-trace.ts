/*
 * How a trace of many spans scrolls, in a real browser: the longest frame, and how many took over 100 ms.
 *
 * node --conditions=@sightline/source test/ui/measure-trace.ts [spans]
 *
 * The web app has to be built. A busy machine measures itself, so the load stands beside the figures.
 */
import { loadavg } from 'node:os';
import { findChromium } from './chromium.ts';
import { openUi } from './open-ui.ts';
import { plantTrace, traceId } from './plant.ts';

const SPANS = Number(process.argv[2] ?? 5000);
const BATCH = 500;
const FRAMES = 300;
const SLOW_MS = 100;

const id = (number: number): string => number.toString(16).padStart(16, '0');

const chromium = findChromium();
if ('missing' in chromium) throw new Error(chromium.missing);
const ui = await openUi(chromium.path);
try {
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    service: `service-${index % 12}`,
    name: `operation ${index % 40}`,
    id: id(index + 1),
    ...(index > 0 && { parent: id(Math.floor((index - 1) / 3) + 1) }),
    kind: 1 as const,
    startMs: index,
    durationMs: 20 + (SPANS - index),
    failed: index % 97 === 0,
    attributes: { 'http.route': `/route/${index}`, index },
  }));
  const atMs = Date.now() - 60_000;
  for (let first = 0; first < spans.length; first += BATCH) {
    // oxlint-disable-next-line no-await-in-loop -- a batch each, as an exporter sends them
    await plantTrace(ui.stack.url, { id: traceId(1), atMs, spans: spans.slice(first, first + BATCH) });
  }
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
