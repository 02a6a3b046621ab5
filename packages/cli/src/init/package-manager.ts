import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const lockFiles: readonly (readonly [file: string, manager: PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** By the field `packageManager`, then by the lock file of the package or of the workspace around it; else npm. */
export function packageManagerOf(folder: string, field: string | undefined): PackageManager {
  const named = /^(npm|pnpm|yarn|bun)@/.exec(field ?? '')?.[1];
  if (named !== undefined) return named as PackageManager;
  for (let at = folder; ; at = dirname(at)) {
    const found = lockFiles.find(([file]) => existsSync(join(at, file)));
    if (found !== undefined) return found[1];
    if (existsSync(join(at, '.git')) || dirname(at) === at) return 'npm';
  }
}
