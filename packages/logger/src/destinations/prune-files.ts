import { readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/**
 * Removes the oldest of a log's files until `keep` are left, those of earlier starts counted.
 *
 * pino-roll would do so in the background, so that a process that ends soon after leaves them all; and it takes the
 * `app-0.log` of another program for one of `app.log`.
 *
 * The current one stays in any case. With files that are named in another way, as of another `frequency`, or for a later day, as
 * of a clock that was wrong, the oldest begin: they are not newer than it.
 *
 * @param path as it was asked for: `logs/app.log`, whose files are `logs/app.1.log` or `logs/app.2026-11-20.1.log`
 * @param current the file that is written to; by default none is
 */
export function pruneFiles(path: string, keep: number, current?: string): void {
  const folder = dirname(path);
  const extension = extname(path);
  const stem = `${basename(path, extension)}.`;
  const files = readdirSync(folder).flatMap((name): LogFile[] => {
    if (!name.startsWith(stem) || !name.endsWith(extension)) return [];
    const middle = name.slice(stem.length, name.length - extension.length);
    const [, date = '', number] = /^(?:([\d-]+)\.)?(\d+)$/.exec(middle) ?? [];
    return number === undefined ? [] : [{ name, date, number: Number(number) }];
  });
  const own = files.find(({ name }) => current !== undefined && name === basename(current));
  const isOld = ({ date }: LogFile): boolean =>
    own !== undefined && (date.length !== own.date.length || date > own.date);
  const sorted = files.toSorted(
    (a, b) =>
      Number(a === own) - Number(b === own) ||
      Number(isOld(b)) - Number(isOld(a)) ||
      (a.date === b.date ? a.number - b.number : a.date < b.date ? -1 : 1),
  );
  for (const { name } of sorted.slice(0, Math.max(0, sorted.length - keep)))
    unlinkQuietly(join(folder, name));
}

interface LogFile {
  readonly name: string;
  readonly date: string;
  readonly number: number;
}

/** What is gone is gone. */
function unlinkQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Removed by somebody else, or not ours to remove: the next rotation tries again.
  }
}
