import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type Page, chromium } from 'playwright-core';

/** The web app in a real browser. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of the console, uncaught exceptions, violations of the CSP, and requests to any other origin, so far. */
  readonly problems: readonly string[];
  /** Goes to a path of the app and waits until nothing is loading. */
  visit(path: string): Promise<void>;
  /** What axe finds wrong on the page as it is: `rule: element`, one each. */
  axe(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const VIEWPORT = { width: 1280, height: 800 };
/** A busy machine takes its time; what waits ends as soon as the condition holds. */
const WAIT_MS = 30_000;
const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Starts the browser.
 *
 * @param executablePath of it, as `findChromium` gives it
 * @param url where the app is served
 */
export async function openPage(executablePath: string, url: string): Promise<OpenedPage> {
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu'],
      timeout: WAIT_MS,
    });
    // axe is put in by the test, which the CSP of the page would rightly refuse.
    const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-GB', timezoneId: 'UTC' });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('blob:'))
        problems.push(`a request to another origin: ${request.url()}`);
    });
    return {
      page,
      problems,
      async visit(path) {
        await page.goto(`${url}${path}`);
        await page.locator('main:not(:has([aria-busy="true"]))').waitFor();
      },
      async axe() {
        await page.evaluate(await axeSource);
        const found = await page.evaluate(async () => {
          const { violations } = await (
            globalThis as unknown as {
              axe: {
                run(): Promise<{ violations: { id: string; nodes: { target: unknown; html: string }[] }[] }>;
              };
            }
          ).axe.run();
          return violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, html }) => `${id}: ${String(target)} ${html}`),
          );
        });
        return found;
      },
      async close() {
        await browser?.close();
      },
    };
  } catch (error) {
    await browser?.close();
    throw error;
  }
}
