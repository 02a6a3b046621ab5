import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Found } from '../servers/debian.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A real Chromium: that of `SIGHTLINE_CHROMIUM`, or the one on the PATH. */
export function findChromium(): Found {
  const given = process.env['SIGHTLINE_CHROMIUM'];
  if (given !== undefined) return existsSync(given) ? { path: given } : { missing: `${given} is not there` };
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((each) => existsSync(each));
  return path === undefined ? { missing: 'chromium is not on the PATH' } : { path };
}
