import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SightlineError } from '@sightline/errors';
import { stackOptions } from './stack-options.ts';

/** The folders that make up the stack, side by side: what `compose.yaml` mounts is beside it. */
const folders = ['compose', 'alerts', 'dashboards'] as const;

/** Where the stack is in the repository, and where it comes with this package (`stack/`, written when it is packed). */
const shippedIn: readonly string[] = ['../../../../', '../../stack/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** What is made on the machine of whoever runs it, or is of no use without the repository. */
const notCopied = /^(?:compose\/(?:secrets\/(?!\.gitkeep$)|backups\/|index\/|\.env$)|alerts\/tests\/)/;

export interface StackFolder {
  /** Holds `compose/`, `alerts/` and `dashboards/`. */
  readonly path: string;
  /** Whether it is the user's own: named, or the current folder. */
  readonly isOwn: boolean;
  /** What comes with this package, from which a copy is made and renewed; undefined for one's own. */
  readonly shipped: string | undefined;
}

/**
 * Finds the configuration of the stack: the folder that is named, the current one where it holds `compose/compose.yaml` or is
 * that `compose/`, a copy that an earlier run has made below `folder`, else what comes with this package, which is not to be
 * written to.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_STACK` when the named one holds none
 */
export function findStack(cwd: string, folder: string, named: string | undefined): StackFolder {
  if (named !== undefined) {
    const path = resolve(cwd, named);
    if (holdsStack(path)) return { path, isOwn: true, shipped: undefined };
    throw noStack(`${named} holds no stack`);
  }
  const own = ownStack(cwd);
  if (own !== undefined) return { path: own, isOwn: true, shipped: undefined };
  const shipped = shippedIn.find(holdsStack);
  const path = [join(folder, 'stack'), shipped].find((each) => each !== undefined && holdsStack(each));
  if (path === undefined) throw noStack('this package came without the stack');
  return { path, isOwn: false, shipped };
}

/** Where the stack of a folder is, as `up` without options would find it; undefined where none has been started from there. */
export function stackOf(cwd: string): string | undefined {
  return ownStack(cwd) ?? [join(cwd, stackOptions.folder.default, 'stack')].find(holdsStack);
}

function ownStack(cwd: string): string | undefined {
  return [cwd, ...(basename(cwd) === 'compose' ? [dirname(cwd)] : [])].find(holdsStack);
}

function holdsStack(path: string): boolean {
  return existsSync(join(path, 'compose/compose.yaml')) && existsSync(join(path, 'dashboards/provisioning'));
}

function noStack(problem: string): SightlineError {
  return new SightlineError('SIGHTLINE_CLI_STACK', {
    problem,
    expected: 'a folder with compose/compose.yaml, alerts/ and dashboards/ beside each other',
    fix: 'name the one with --stack, or leave it out and take what comes with this package',
  });
}

/** All files of the stack, by their paths in it. */
export async function stackFiles(
  stack: string,
): Promise<readonly { readonly path: string; readonly content: string }[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(stack, folder), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(stack, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
    }),
  );
  const paths = found.flat().filter((path) => !notCopied.test(path));
  return Promise.all(
    paths.toSorted().map(async (path) => ({ path, content: await readFile(join(stack, path), 'utf8') })),
  );
}
