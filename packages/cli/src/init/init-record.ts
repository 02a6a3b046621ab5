import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { listAt, textAt, valueAt } from '../doctor/json-at.ts';
import { fileError } from '../files.ts';
import { count } from '../plural.ts';
import type { PlannedEdit } from './init-plan.ts';

/** Where it is kept what was there before. */
export const RECORD = '.sightline/init.json';

interface RecordedFile {
  readonly path: string;
  /** Nothing for one that was not there. */
  readonly before: string | undefined;
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
      before: valueAt(each, 'before') === null ? undefined : textAt(each, 'before'),
      beforeHash: textAt(each, 'beforeHash'),
      afterHash: textAt(each, 'afterHash') ?? '',
    }));
  } catch (error) {
    throw fileError(join(folder, RECORD), 'cannot be understood', error);
  }
}

/** Writes the files, after what was there before is kept. */
export async function applyInit(folder: string, edits: readonly PlannedEdit[]): Promise<void> {
  try {
    await mkdir(join(folder, '.sightline'), { recursive: true });
    const files = edits.map(({ path, before, after }) => ({
      path,
      before: before ?? null,
      beforeHash: before === undefined ? null : hash(before),
      afterHash: hash(after),
    }));
    await writeFile(join(folder, RECORD), `${JSON.stringify({ files }, undefined, 2)}\n`, {
      flag: 'wx',
      mode: 0o600,
    });
    for (const { path, after } of edits) {
      // oxlint-disable-next-line no-await-in-loop -- few files
      await writeFile(join(folder, path), after);
    }
  } catch (error) {
    throw fileError(folder, 'cannot be written', error);
  }
}

/**
 * Puts everything back, or nothing: not where somebody has changed a file since.
 *
 * @returns the files, as they were put back or taken away
 * @throws {SightlineError} `SIGHTLINE_CLI_CHANGED_FILES` with every file that was changed
 */
export async function undoInit(
  folder: string,
  record: readonly RecordedFile[],
): Promise<readonly { readonly path: string; readonly state: 'restored' | 'removed' }[]> {
  const changed: string[] = [];
  for (const { path, before, beforeHash, afterHash } of record) {
    // oxlint-disable-next-line no-await-in-loop -- few files
    const now = await readFile(join(folder, path)).catch(() => undefined);
    const isSame = now !== undefined && hash(now) === afterHash;
    const isKept = before === undefined ? beforeHash === undefined : hash(before) === beforeHash;
    if (!isSame || !isKept) changed.push(path);
  }
  if (changed.length > 0) {
    throw new SightlineError('SIGHTLINE_CLI_CHANGED_FILES', {
      problem: `${count(changed.length, 'file')} changed since init: ${changed.join(', ')}`,
      expected: 'files as init has left them',
      fix: `undo it by hand; ${RECORD} holds what was there before`,
    });
  }
  try {
    for (const { path, before } of record) {
      // oxlint-disable-next-line no-await-in-loop -- few files
      await (before === undefined ? rm(join(folder, path)) : writeFile(join(folder, path), before));
    }
    await rm(join(folder, RECORD));
    // Only where nothing else is in it.
    await rmdir(join(folder, '.sightline')).catch(() => undefined);
  } catch (error) {
    throw fileError(folder, 'cannot be written', error);
  }
  return record.map(({ path, before }) => ({ path, state: before === undefined ? 'removed' : 'restored' }));
}
