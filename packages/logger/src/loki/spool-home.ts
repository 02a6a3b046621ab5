import { existsSync, mkdirSync } from 'node:fs';
import { makeFolder } from '@sightline/errors';
import { clearIfSettled } from './spool-orphans.ts';
import { createCursor, type SpoolCursor } from './spool-cursor.ts';
import { createOwner } from './spool-owner.ts';

/** The subfolder that this process writes to. */
export interface SpoolHome {
  readonly id: string;
  readonly folder: string;
  readonly cursor: SpoolCursor;
  /** Says that the process lives. @throws the error of the file system */
  beat(nowMs: number): void;
  /** False when somebody removed it. */
  exists(): boolean;
  /** Hands what is left to the next start, and removes what is settled. @throws the error of the file system */
  leave(): void;
}

/** @throws the error of the file system */
export function createHome(directory: string, nowMs: number): SpoolHome {
  makeFolder(directory, 0o700);
  // The owner first: a folder without one is an orphan.
  const owner = createOwner(directory, nowMs);
  const folder = `${directory}/${owner.id}`;
  try {
    mkdirSync(folder, { mode: 0o700 });
    const cursor = createCursor(folder);
    return {
      id: owner.id,
      folder,
      cursor,
      beat: owner.beat,
      exists: () => existsSync(folder),
      leave() {
        cursor.close();
        owner.release();
        if (existsSync(folder)) clearIfSettled(directory, owner.id);
      },
    };
  } catch (error) {
    owner.release();
    throw error;
  }
}
