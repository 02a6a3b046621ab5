import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it.
 *
 * Not by `mkdirSync`'s own `recursive`: where a folder is there and takes none, as below `/proc`, that tries for ever.
 *
 * @param mode rights of those that are made, less what the process takes off. Default: 0o777
 * @throws {Error} when it cannot be made, or is no folder
 */
export function makeFolder(path: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = resolve(path); !isFolder(at); at = dirname(at)) {
    missing.unshift(at);
    // On Windows a drive may be missing, and nothing is above it.
    if (dirname(at) === at) break;
  }
  for (const each of missing) make(each, mode);
}

/** @throws {Error} when something else is there */
function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) throw new Error(`${path} is no folder`);
  return found !== undefined;
}

function make(path: string, mode: number | undefined): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
