import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** Text stays sharp, and a picture takes some 40 kB. */
const QUALITY = 40;

const SCREENS = fileURLToPath(new URL('../../docs/screens/', import.meta.url));

/** Writes what is seen to `docs/screens/<name>.webp`, which only the protocol of the browser itself can do. */
export async function writeScreen(page: Page, name: string): Promise<void> {
  await mkdir(SCREENS, { recursive: true });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  await writeFile(`${SCREENS}${name}.webp`, Buffer.from(data, 'base64'));
  // Beside the documents, for whoever wants to look at them before they are kept.
  const copies = process.env['SIGHTLINE_SCREEN_COPIES'];
  if (copies !== undefined) await page.screenshot({ path: `${copies}/${name}.png` });
}
