import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readFile, rm, rmdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { listAt, numberAt, textAt } from '../doctor/json-at.ts';
import { fileError } from '../files.ts';
import { keepOutOfGit, letIntoGit } from '../keep-out-of-git.ts';
import { count } from '../plural.ts';
import type { PlannedEdit } from './init-plan.ts';

const OWN = '.sightline';
/** Where it is kept what was there before. */
export const RECORD = `${OWN}/init.json`;

interface RecordedFile {
  readonly path: string;
  /** Nothing for one that was not there, or that was only added to. */
  readonly before: string | undefined;
  /** How much of a file that was only added to was there before [UTF-16 code units]. */
  readonly keptLength: number | undefined;
  readonly beforeHash: string | undefined;
  readonly afterHash: string;
}

function hash(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What the last `init` has changed; nothing when there was none, or it was undone. */
export async function readInitRecord(folder: string): Promise<readonly RecordedFile[] | undefined> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return listAt(JSON.parse(text) as unknown, 'files').map((each) => ({
      path: textAt(each, 'path') ?? '',
      before: textAt(each, 'before'),
      keptLength: numberAt(each, 'keptLength'),
      beforeHash: textAt(each, 'beforeHash'),
      afterHash: textAt(each, 'afterHash') ?? '',
    }));
  } catch (error) {
    throw fileError(join(folder, RECORD), 'cannot be understood', error);
  }
}

/**
 * Writes the files, all of them or none, after what was there before is kept. Of what is only added to, as a `.env` with its secrets,
 * it keeps no copy.
 */
export async function applyInit(folder: string, edits: readonly PlannedEdit[]): Promise<void> {
  await keepOutOfGit(join(folder, OWN));
  const begun: PlannedEdit[] = [];
  let at = join(folder, RECORD);
  try {
    const files = edits.map(({ path, before, after }) => ({
      path,
      ...(isAddedTo(before, after) ? { keptLength: before.length } : { before: before ?? null }),
      beforeHash: before === undefined ? null : hash(before),
      afterHash: hash(after),
    }));
    await writeFile(join(folder, RECORD), `${JSON.stringify({ files }, undefined, 2)}\n`, {
      flag: 'wx',
      mode: 0o600,
    });
    for (const edit of edits) {
      begun.push(edit);
      at = join(folder, edit.path);
      // oxlint-disable-next-line no-await-in-loop -- few files
      await write(at, edit);
    }
  } catch (error) {
    // The record of another run is not this one's to take away.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await putBack(folder, begun);
    throw fileError(at, 'cannot be written', error);
  }
}

function isAddedTo(before: string | undefined, after: string): before is string {
  return before !== undefined && after.startsWith(before);
}

/** What is only added to is not written anew: of that there is no copy, should the disk be full in the middle. */
async function write(at: string, { before, after }: PlannedEdit): Promise<void> {
  await (isAddedTo(before, after) ? appendFile(at, after.slice(before.length)) : writeFile(at, after));
}

/** Leaves nothing half done. Where that fails as well, the record stays for `--undo`. */
async function putBack(folder: string, begun: readonly PlannedEdit[]): Promise<void> {
  let isDone = true;
  for (const { path, before } of begun) {
    const at = join(folder, path);
    // oxlint-disable-next-line no-await-in-loop -- few files
    const now = await readFile(at, 'utf8').catch(() => undefined);
    if (now === before) continue;
    const back =
      before === undefined
        ? rm(at)
        : now?.startsWith(before)
          ? truncate(at, Buffer.byteLength(before))
          : writeFile(at, before);
    // oxlint-disable-next-line no-await-in-loop -- the same
    await back.catch(() => (isDone = false));
  }
  if (isDone) await forget(folder).catch(() => undefined);
}

/** Takes the record away, and the folder where nothing else is in it. */
async function forget(folder: string): Promise<void> {
  await rm(join(folder, RECORD), { force: true });
  await letIntoGit(join(folder, OWN));
  await rmdir(join(folder, OWN)).catch(() => undefined);
}

/**
 * Puts everything back, or nothing: not where somebody has changed a file since. One that is as it was before needs nothing.
 *
 * @returns the files, as they were put back or taken away
 * @throws {SightlineError} `SIGHTLINE_CLI_CHANGED_FILES` with every file that was changed
 */
export async function undoInit(
  folder: string,
  record: readonly RecordedFile[],
): Promise<readonly { readonly path: string; readonly state: 'restored' | 'removed' }[]> {
  const changed: string[] = [];
  const files: { readonly path: string; readonly before: string | undefined }[] = [];
  for (const { path, before: kept, keptLength, beforeHash, afterHash } of record) {
    // oxlint-disable-next-line no-await-in-loop -- few files
    const now = await readFile(join(folder, path)).catch(() => undefined);
    const isBefore =
      now === undefined
        ? beforeHash === undefined && !existsSync(join(folder, path))
        : hash(now) === beforeHash;
    if (isBefore) continue;
    const isSame = now !== undefined && hash(now) === afterHash;
    const before = keptLength === undefined ? kept : now?.toString('utf8').slice(0, keptLength);
    const isKept = before === undefined ? beforeHash === undefined : hash(before) === beforeHash;
    if (isSame && isKept) files.push({ path, before });
    else changed.push(path);
  }
  if (changed.length > 0) {
    throw new SightlineError('SIGHTLINE_CLI_CHANGED_FILES', {
      problem: `${count(changed.length, 'file')} changed since init: ${changed.join(', ')}`,
      expected: 'files as init has left them',
      fix: `undo it by hand; ${RECORD} holds what was there before; where init only added lines, take those away`,
    });
  }
  try {
    for (const { path, before } of files) {
      // oxlint-disable-next-line no-await-in-loop -- few files
      await (before === undefined ? rm(join(folder, path)) : writeFile(join(folder, path), before));
    }
    await forget(folder);
  } catch (error) {
    throw fileError(folder, 'cannot be written', error);
  }
  return files.map(({ path, before }) => ({ path, state: before === undefined ? 'removed' : 'restored' }));
}
