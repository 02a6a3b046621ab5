import { SightlineError } from '@sightline/errors';
import type { Journal } from '../store/journal.ts';
import type { ResolvedLocalOptions } from './options.ts';

/**
 * Opens the journal of `dataDir`; undefined without one.
 *
 * @throws {SightlineError} `SIGHTLINE_LOCAL_DATA`
 */
export async function openDataDir({
  dataDir,
  limits,
  retentionMs,
}: ResolvedLocalOptions): Promise<Journal | undefined> {
  if (dataDir === undefined) return undefined;
  try {
    // Only now: Node.js 22 warns of its SQLite when it is loaded.
    const { openJournal } = await import('../store/journal.ts');
    return openJournal({ folder: dataDir, maxBytes: limits.diskBytes, retentionMs });
  } catch (error) {
    throw new SightlineError('SIGHTLINE_LOCAL_DATA', whatIsWrong(dataDir, error), { cause: error });
  }
}

/** What SQLite says by number, as far as something else is to be done about it. Source: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const BROKEN: ReadonlySet<number> = new Set([11, 26]);

function whatIsWrong(
  folder: string,
  error: unknown,
): { readonly problem: string; readonly expected: string; readonly fix: string } {
  const { message, errcode = 0 } = error as Error & { readonly errcode?: number };
  // Further bits say more of the same. A file system without locks, as over a network, is busy as well.
  const code = errcode & 0xff;
  if (code === BUSY) {
    return {
      problem: `${folder} is in use: another embedded stack has it, or a program that reads its journal.sqlite`,
      expected: 'a folder that this one has to itself',
      fix: 'end the other one, or name another folder, on a disk of this machine',
    };
  }
  if (BROKEN.has(code)) {
    return {
      problem: `${folder}: ${message}`,
      expected: 'a journal.sqlite that can be read',
      fix: 'move that file away, with what it has, and start again, or restore a copy of it',
    };
  }
  return {
    problem: `${folder}: ${message}`,
    expected: 'a folder that can be made and written',
    fix: 'check its rights, or name a folder on a disk, such as .sightline/data',
  };
}
