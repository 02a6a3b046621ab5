import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeOf } from './dockerfile.ts';

/** A Node.js that is too old for Sightline, and what names it. */
export interface OldNode {
  readonly path: string;
  readonly version: string;
}

/** The `engines` of package.json. */
const OLDEST = [22, 15] as const;

/** What names the very Node.js of a package, where that is too old: `.nvmrc`, `.node-version` or a Dockerfile. */
export async function oldNodeIn(folder: string): Promise<OldNode | undefined> {
  const names = (await readdir(folder)).toSorted();
  for (const path of names) {
    const isDockerfile = /^Dockerfile(?:\..+)?$/.test(path) && !path.endsWith('ignore');
    if (!isDockerfile && path !== '.nvmrc' && path !== '.node-version') continue;
    // oxlint-disable-next-line no-await-in-loop -- few files
    const text = await readFile(join(folder, path), 'utf8').catch(() => '');
    const version = isDockerfile ? nodeOf(text) : /^v?(\d+(?:\.\d+)*)\s*$/.exec(text)?.[1];
    if (version !== undefined && isOld(version)) return { path, version };
  }
  return undefined;
}

/** `22` alone may be any of its versions, and mostly is the newest. */
function isOld(version: string): boolean {
  const [major = 0, minor = Number.POSITIVE_INFINITY] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
