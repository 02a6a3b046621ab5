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
    throw new SightlineError(
      'SIGHTLINE_LOCAL_DATA',
      {
        problem: `${dataDir}: ${(error as Error).message}`,
        expected: 'a folder that can be made and written',
        fix: 'check its rights, or name a folder on a disk, such as .sightline/data',
      },
      { cause: error },
    );
  }
}
