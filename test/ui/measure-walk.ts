/*
 * The walk of `docs/first-incident.md` again, as somebody takes it who never saw the demo: the command, the links that the
 * terminal prints, then clicks on what is on the screen.
 *
 * node --conditions=@sightline/source test/ui/measure-walk.ts
 *
 * Before each click it waits as long as a person reads. The seconds go to `app-figures.json`, which the document quotes, and the
 * pictures to `docs/screens`. It needs Chromium and `script` of util-linux, since the demo stays only where it has a terminal.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Page, chromium } from 'playwright-core';
import { type WalkFigures, keepAppFigures } from './app-figures.ts';
import { findChromium } from './chromium.ts';
import { writeScreen } from './write-screen.ts';

const COMMAND = 'npx -y pnpm@12.21.0 demo';
/** How long somebody looks at a screen that is new before the next click [ms]. */
const READ_MS = 5000;
const WAIT_MS = 180_000;
const VIEWPORT = { width: 1280, height: 800 };

const found = findChromium();
if ('missing' in found) throw new Error(found.missing);

let printed = '';
let tell: (() => void) | undefined;
const startMs = performance.now();
const demo = spawn('script', ['-qec', COMMAND, '/dev/null'], {
  cwd: fileURLToPath(new URL('../../', import.meta.url)),
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, NO_COLOR: '1' },
});
demo.stdout.setEncoding('utf8').on('data', (text: string) => {
  printed += text;
  tell?.();
});

/** Waits until the terminal has printed it. */
async function inTerminal(what: RegExp): Promise<string> {
  const deadline = AbortSignal.timeout(WAIT_MS);
  while (!what.test(printed)) {
    if (deadline.aborted) throw new Error(`the terminal does not say ${String(what)}:\n${printed}`);
    // oxlint-disable-next-line no-await-in-loop -- what comes next
    await Promise.race([delay(500), new Promise<void>((resolve) => (tell = resolve))]);
  }
  return what.exec(printed)?.[1] ?? '';
}

const steps: WalkFigures['steps'][number][] = [];
function step(does: string, sees: string): void {
  const seconds = Math.round((performance.now() - startMs) / 100) / 10;
  steps.push({ seconds, does, sees });
  process.stdout.write(`${seconds} s: ${does}: ${sees}\n`);
}

async function look(page: Page, name: string): Promise<void> {
  await delay(READ_MS);
  await writeScreen(page, name);
}

const browser = await chromium.launch({
  executablePath: found.path,
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  step(`\`${COMMAND}\``, 'the web app is built, three services start');
  const stack = await inTerminal(/the stack +(http:\S+)/);
  step('reads the terminal', 'the address of the stack');
  const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: 'light' });
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(stack);
  await page.locator('.services tbody tr', { hasText: '/s' }).nth(2).waitFor();
  step('opens it', 'three services with their requests, errors and latency');
  await look(page, 'walk-1');
  const alerts = await inTerminal(/an alert fires\s+.*?(http:\S+\/alerts)/s);
  step('reads the terminal', '“an alert fires”, with a link');
  await page.goto(alerts);
  await page.locator('.alerts-one').first().waitFor();
  step('follows the link', `“${await page.locator('.alerts-one').first().locator('h2, h3').innerText()}”`);
  await look(page, 'walk-2');
  const hint = page.locator('.alerts-first').getByRole('link', { name: 'payments', exact: true });
  const isHinted = (await hint.count()) > 0;
  if (isHinted) await hint.click();
  else await page.locator('.alerts-one').first().getByRole('link', { name: 'Failed traces' }).click();
  const cause = isHinted
    ? page.locator('.service-error').first()
    : page.locator('.trace-table tbody tr').first();
  await cause.waitFor();
  step(
    isHinted ? 'clicks “payments”, which the page says to look at first' : 'clicks “Failed traces”',
    `“${(await cause.innerText()).replaceAll(/\s+/g, ' ')}”`,
  );
  await look(page, 'walk-3');
  const trace = isHinted
    ? page.locator('.service-table').first().getByRole('link', { name: 'trace', exact: true }).first()
    : cause.getByRole('link').first();
  await trace.click();
  const first = page.locator('main', { hasText: 'spans failed' });
  await first.waitFor();
  const text = (await first.innerText()).replaceAll(/\s+/g, ' ');
  step('clicks its trace', `“${/First: .*?(?= Jump| Critical)/.exec(text)?.[0] ?? ''}”`);
  await look(page, 'walk-4');
} finally {
  await browser.close();
  if (demo.pid !== undefined && demo.exitCode === null) {
    const ended = once(demo, 'exit');
    process.kill(-demo.pid, 'SIGINT');
    await Promise.race([ended, delay(30_000)]);
    if (demo.exitCode === null && demo.signalCode === null) process.kill(-demo.pid, 'SIGKILL');
  }
}
await keepAppFigures({
  walk: {
    machine: `${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(0)}`,
    readSeconds: READ_MS / 1000,
    steps,
  },
});
