/*
 * How the page of logs does while lines pour in: frames, while somebody scrolls, and memory.
 *
 * node --conditions=@sightline/source test/ui/measure-live-logs.ts [--lines 10000] [--seconds 60]
 *
 * Needs a built web app (`node packages/local/ui/build.ts`) and Chromium. It is for a quiet machine, and no part of CI.
 */
/* oxlint-disable no-await-in-loop -- one after the other is what is measured */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findChromium } from './chromium.ts';
import { pourLines } from './heavy-pages.ts';
import { openUi } from './open-ui.ts';

interface Browser {
  /** Time from one to the next [ms]. */
  readonly frames: number[];
  isCollecting: boolean;
  requestAnimationFrame(run: (now: number) => void): void;
}

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
  },
});
const linesPerSecond = Number(values.lines);
const seconds = Number(values.seconds);
const MIB = 1_048_576;

const chromium = findChromium();
if ('missing' in chromium) throw new Error(chromium.missing);
const ui = await openUi(chromium.path, { limits: { logLines: 100_000 } });
try {
  const { page, stack } = ui;
  await ui.visit('/logs?live=1');
  await page.evaluate(() => {
    const browser = globalThis as unknown as Browser;
    Object.assign(browser, { frames: [], isCollecting: false });
    let last = performance.now();
    const note = (now: number): void => {
      // A full collection is asked for by this script, and takes its time.
      if (!browser.isCollecting) browser.frames.push(now - last);
      last = now;
      browser.requestAnimationFrame(note);
    };
    browser.requestAnimationFrame(note);
  });
  const client = await page.context().newCDPSession(page);
  const list = page.getByRole('listbox', { name: /^Log lines/ });
  const heaps: number[] = [];
  const endMs = Date.now() + seconds * 1000;
  /** Down through the lines and up again, as with a wheel; then memory, after a collection. */
  const read = async (): Promise<void> => {
    await list.getByRole('option').first().waitFor();
    const box = await list.boundingBox();
    if (box !== null) await page.mouse.move(box.x + 200, box.y + 100);
    let collectAtMs = Date.now();
    for (let round = 0; Date.now() < endMs; round++) {
      const direction = Math.floor(round / 40) % 2 === 0 ? 1 : -1;
      await page.mouse.wheel(0, direction * 240);
      await delay(50);
      if (Date.now() < collectAtMs) continue;
      collectAtMs += (seconds * 1000) / 10;
      await page.evaluate(() => Object.assign(globalThis, { isCollecting: true }));
      await client.send('HeapProfiler.collectGarbage');
      heaps.push((await client.send('Runtime.getHeapUsage')).usedSize / MIB);
      await page.evaluate(
        () =>
          new Promise<void>((done) => {
            const browser = globalThis as unknown as Browser;
            browser.requestAnimationFrame(() => {
              browser.isCollecting = false;
              done();
            });
          }),
      );
    }
  };
  const [sent] = await Promise.all([pourLines(stack.url, linesPerSecond, endMs), read()]);
  const frames = await page.evaluate(() => (globalThis as unknown as Browser).frames);
  const sorted = frames.toSorted((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  process.stdout.write(
    [
      `lines sent            ${sent} in ${seconds} s, ${Math.round(sent / seconds)} a second`,
      `the page says         ${(await page.locator('.logs-bar').textContent())?.trim() ?? ''}`,
      `frames                ${frames.length}; median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
      `frames over 100 ms    ${frames.filter((ms) => ms > 100).length}`,
      `heap after collection ${heaps.map((mib) => mib.toFixed(0)).join(' ')} MiB`,
      `problems              ${ui.problems.join('; ') || 'none'}`,
      '',
    ].join('\n'),
  );
} finally {
  await ui.close();
}
