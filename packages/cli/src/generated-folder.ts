import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileError } from './files.ts';

/** What was written the last time, so that a change by hand can be told from an old version of ours. */
const RECORD = '.sightline.json';

/** A file that is generated, and how it differs from the one that is there. */
export interface PlannedFile {
  /** From the folder, with slashes on every system. */
  readonly path: string;
  readonly content: string;
  /** `changed`: somebody else wrote what is there. */
  readonly state: 'new' | 'same' | 'old' | 'changed';
  /** What is there; empty for a new one. */
  readonly before: string;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text of a file; nothing when there is none. */
async function textOf(path: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(name, 'cannot be read', error);
  }
}

async function readRecord(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await textOf(join(folder, RECORD), RECORD);
  if (text === undefined) return {};
  try {
    return (JSON.parse(text) as { files?: Record<string, unknown> }).files ?? {};
  } catch {
    // A record that cannot be read knows nothing: then every difference is one that somebody made.
    return {};
  }
}

/** Compares what would be written with what is there. */
export async function planFiles(
  folder: string,
  files: readonly { readonly path: string; readonly content: string }[],
): Promise<readonly PlannedFile[]> {
  for (const { path } of files) {
    // Names may come from a server: `../x` would be anywhere.
    if (!isBelow(folder, path)) throw fileError(path, 'is no path below the folder');
  }
  const record = await readRecord(folder);
  return Promise.all(
    files.map(async ({ path, content }): Promise<PlannedFile> => {
      const before = await textOf(join(folder, path), path);
      if (before === undefined) return { path, content, state: 'new', before: '' };
      if (before === content) return { path, content, state: 'same', before };
      return { path, content, state: record[path] === hash(before) ? 'old' : 'changed', before };
    }),
  );
}

/**
 * Takes away what an earlier run has written and this one does not write any more: a server that reads all files of a folder would
 * read it beside what took its place.
 *
 * @returns those that somebody has changed since, which stay
 */
export async function removeGone(
  folder: string,
  planned: readonly PlannedFile[],
): Promise<readonly string[]> {
  const record = await readRecord(folder);
  const written = new Set(planned.map(({ path }) => path));
  const gone = Object.keys(record).filter((path) => !written.has(path) && isBelow(folder, path));
  const changed: string[] = [];
  try {
    for (const path of gone) {
      // oxlint-disable-next-line no-await-in-loop -- few files
      const text = await textOf(join(folder, path), path);
      if (text !== undefined && hash(text) !== record[path]) changed.push(path);
      // oxlint-disable-next-line no-await-in-loop -- the same
      else await rm(join(folder, path), { force: true });
    }
  } catch (error) {
    throw fileError(folder, 'cannot be written', error);
  }
  return changed;
}

function isBelow(folder: string, path: string): boolean {
  return relative(folder, resolve(folder, path)).replaceAll(sep, '/') === path && !path.startsWith('..');
}

/** Writes what is not there yet as it should be, and keeps a record of all of it. */
export async function writeFiles(folder: string, planned: readonly PlannedFile[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await Promise.all(
      planned
        .filter(({ state }) => state !== 'same')
        .map(async ({ path, content }) => {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), content);
          if (content.startsWith('#!')) await chmod(join(folder, path), 0o755);
        }),
    );
    const ours = Object.fromEntries(planned.map(({ path, content }) => [path, hash(content)]));
    const files = { ...(await readRecord(folder)), ...ours };
    await writeFile(join(folder, RECORD), `${JSON.stringify({ files }, undefined, 2)}\n`);
  } catch (error) {
    throw fileError(folder, 'cannot be written', error);
  }
}
