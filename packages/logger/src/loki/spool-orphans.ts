import { readdirSync, renameSync, rmSync, rmdirSync, statSync, truncateSync } from 'node:fs';
import { readCursor } from './spool-cursor.ts';
import { type SignsOfLife, isOwned } from './spool-owner.ts';
import { readRecords } from './spool-record.ts';

/** Lines in a file. */
export interface SpoolSegment {
  /** Segments are sent in the order of their numbers. */
  readonly number: number;
  readonly path: string;
  /** Length of what is whole [bytes]. */
  size: number;
  /** Records that were not yet taken. */
  lines: number;
  /** Offset of the next record to take [bytes]. */
  next: number;
}

/** The name says where the lines to send start, so that a segment may change hands more than once. */
export function segmentPath(folder: string, number: number, start: number): string {
  return `${folder}/${String(number).padStart(10, '0')}-${start}.seg`;
}

/** A subfolder whose owner is gone. */
export interface Orphan {
  readonly id: string;
  readonly folder: string;
  /** What is left to send, in order. */
  readonly segments: readonly { readonly path: string; readonly start: number }[];
}

/**
 * Finds what processes that died left in the directory. Removes what they had settled, and their empty subfolders.
 *
 * @param signs what earlier looks found; it is kept up to date
 * @throws the error of the file system when the directory cannot be read; what cannot be read within is left
 */
export function findOrphans(
  directory: string,
  ownId: string | undefined,
  nowMs: number,
  signs: SignsOfLife,
): Orphan[] {
  const orphans: Orphan[] = [];
  const items = readdirSync(directory, { withFileTypes: true });
  const names = new Set(items.map(({ name }) => name));
  for (const id of signs.keys()) if (!names.has(id)) signs.delete(id);
  for (const item of items) {
    if (!item.isDirectory() || item.name === ownId || !/^\d+-[0-9a-f]{12}$/.test(item.name)) continue;
    if (isOwned(directory, item.name, nowMs, signs)) continue;
    const folder = `${directory}/${item.name}`;
    try {
      const segments = unsettled(folder);
      if (segments.length > 0) orphans.push({ id: item.name, folder, segments });
      else removeFolder(directory, item.name);
    } catch {
      // Another process is faster, or has other rights; it is looked at again with the next sign of life.
    }
  }
  return orphans;
}

function unsettled(folder: string): { path: string; start: number }[] {
  const cursor = readCursor(folder);
  const segments: { path: string; start: number }[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    const match = /^(\d{10})-(\d+)\.seg$/.exec(name);
    if (!match) continue;
    const path = `${folder}/${name}`;
    const number = Number(match[1]);
    const named = Number(match[2]);
    const start = cursor?.segment === number ? Math.max(cursor.end, named) : named;
    if ((cursor !== undefined && number < cursor.segment) || statSync(path).size <= start)
      rmSync(path, { force: true });
    else segments.push({ path, start });
  }
  return segments;
}

/**
 * Takes a segment of an orphan over. Renaming is what decides between two processes that try.
 *
 * @returns the segment and how many bytes at its end are damaged; undefined when another process was faster
 */
export function adoptSegment(
  from: { readonly path: string; readonly start: number },
  folder: string,
  number: number,
): { readonly segment: SpoolSegment; readonly damagedBytes: number } | undefined {
  const path = segmentPath(folder, number, from.start);
  try {
    renameSync(from.path, path);
  } catch {
    return undefined;
  }
  const fileBytes = statSync(path).size;
  let lines = 0;
  let size = from.start;
  for (const { end } of readRecords(path, from.start, fileBytes)) {
    lines += 1;
    size = end;
  }
  // What is damaged is counted now, by this process, and by none that adopts the segment after it.
  if (size < fileBytes) truncateSync(path, size);
  return { segment: { number, path, size, lines, next: from.start }, damagedBytes: fileBytes - size };
}

/** Removes a subfolder without segments, and what names its owner. */
export function removeFolder(directory: string, id: string): void {
  rmSync(`${directory}/${id}/cursor`, { force: true });
  // Not recursively: a segment that came in meanwhile stays.
  rmdirSync(`${directory}/${id}`);
  rmSync(`${directory}/${id}.owner`, { force: true });
}

/** Removes a subfolder that was left, unless there is something to send in it. @throws the error of the file system */
export function clearIfSettled(directory: string, id: string): void {
  if (unsettled(`${directory}/${id}`).length === 0) removeFolder(directory, id);
}
