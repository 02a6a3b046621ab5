import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Found } from './debian.ts';

/** A program that no package of Debian brings: where a variable of the environment says, or else on the PATH. */
export function findProgram(program: string, variable: string): Found {
  const named = process.env[variable];
  if (named !== undefined && named !== '') {
    return isExecutable(named) ? { path: named } : { missing: `${variable}=${named} is no program` };
  }
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, program))
    .find(isExecutable);
  return path === undefined
    ? { missing: `${program}: not on the PATH, and ${variable} does not say where it is` }
    : { path };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
