import { existsSync } from 'node:fs';
import type { LokiEntry, SpoolPlace } from './entry.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { createHome, type SpoolHome } from './spool-home.ts';
import { adoptSegment, findOrphans, removeFolder, segmentPath, type SpoolSegment } from './spool-orphans.ts';
import { HEARTBEAT_MS, type SignsOfLife } from './spool-owner.ts';
import { encodeRecords } from './spool-record.ts';
import { createSpoolSegments } from './spool-segments.ts';
import type { LokiSinkDeps } from './timers.ts';

/** Lines on disk, oldest first. Nothing here throws: a disk that fails is reported once and done without. */
export interface Spool {
  /** Lines not yet taken. */
  readonly lines: number;
  /** Their size [bytes]. */
  readonly bytes: number;
  /** Lines that ever came, adopted ones included. */
  readonly added: number;
  /** Room taken [bytes]. */
  readonly diskBytes: number;
  /** Writes entries; false when the disk did not take them. */
  append(entries: readonly LokiEntry[]): boolean;
  /** The oldest lines. They stay on disk until they are acknowledged. Empty only when there are none. */
  take(maxBytes: number, maxLines: number): readonly LokiEntry[];
  /** Everything up to here is settled. */
  acknowledge(place: SpoolPlace): void;
  /** Lets go; what is left is for the next start. */
  close(): void;
}

export interface SpoolEvents {
  /** The oldest lines went for want of room. */
  readonly onDropped: (lines: number) => void;
  /** Lines could not be read; a problem has said why. */
  readonly onLost: (lines: number) => void;
  /** Lines of a process that died came in. */
  readonly onAdopted: (lines: number) => void;
  readonly onProblem: (message: string) => void;
}

const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;
/** After a failure the disk is left alone for this time [ms]. */
const RETRY_MS = 10_000;

/**
 * Opens a spool: append-only segment files in a subfolder of this process, and a cursor.
 *
 * A line that was appended is in the hands of the system: it outlives the process, however that ends. Segments are
 * synced to the disk when they are full and at the end, not for every line, so a power cut may cost the newest lines.
 * Lines are sent at least once: after a crash those of the push that was on its way come again, with the same times.
 *
 * @param options.directory shared by any number of processes
 * @param options.maxBytes bound of this process's share [bytes]; past it the oldest segment goes
 */
export function openSpool(
  options: { readonly directory: string; readonly maxBytes: number },
  deps: Pick<LokiSinkDeps, 'now' | 'setTimeout' | 'clearTimeout'>,
  events: SpoolEvents,
): Spool {
  const { directory, maxBytes } = options;
  const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.ceil(maxBytes / 8));
  let home: SpoolHome | undefined;
  const segments = createSpoolSegments();
  const signs: SignsOfLife = new Map();
  /** Writes the last segment, while that takes lines. */
  const writer = createSegmentWriter();
  let nextNumber = 1;
  let added = 0;
  let retryAtMs = -Infinity;
  let heartbeat: unknown;
  let closed = false;
  let troubled = false;

  /** Says what is wrong once, until lines can be written again. */
  const failed = (doing: string, error: unknown): void => {
    if (troubled) return;
    troubled = true;
    const { code, message } = error as NodeJS.ErrnoException;
    events.onProblem(
      `The spool in ${directory} ${doing} (${code ?? message}), so lines wait in memory only; ` +
        'check its rights and the free space.',
    );
  };
  /** Made when it is first needed. @throws the error of the file system */
  const homeFolder = (): string => {
    home ??= createHome(directory, deps.now());
    return home.folder;
  };

  const remove = (segment: SpoolSegment): void => {
    if (segment === segments.last) writer.seal();
    try {
      segments.remove(segment);
    } catch (error) {
      failed('cannot be cleaned up', error);
    }
  };

  /** Makes room by what is oldest; lines of it that are on their way are not lost. */
  const makeRoom = (bytes: number): void => {
    for (let oldest = segments.first; oldest; oldest = segments.first) {
      if (segments.diskBytes + bytes <= maxBytes) return;
      const { lines } = oldest;
      remove(oldest);
      if (lines > 0) events.onDropped(lines);
    }
  };

  /** Whether it may still grow. */
  const isWritten = (segment: SpoolSegment): boolean => writer.isOpen && segment === segments.last;

  const startSegment = (): SpoolSegment => {
    const path = segmentPath(homeFolder(), nextNumber, 0);
    writer.start(path);
    const segment = { number: nextNumber, path, size: 0, lines: 0, next: 0 };
    nextNumber += 1;
    segments.add(segment);
    return segment;
  };

  const adopt = (): void => {
    try {
      if (!existsSync(directory)) return;
      const orphans = findOrphans(directory, home?.id, deps.now(), signs);
      if (orphans.length === 0) return;
      const folder = homeFolder();
      writer.seal();
      for (const orphan of orphans) {
        let whole = true;
        for (const found of orphan.segments) {
          const adopted = adoptSegment(found, folder, nextNumber);
          nextNumber += 1;
          if (!adopted) {
            whole = false;
            continue;
          }
          receive(adopted.segment, adopted.damagedBytes);
        }
        if (whole) removeFolder(directory, orphan.id);
      }
      makeRoom(0);
    } catch (error) {
      failed('cannot take over what an earlier process left', error);
    }
  };
  const receive = (segment: SpoolSegment, damagedBytes: number): void => {
    segments.add(segment);
    // What was torn when the process died was a line; how many lines other damage holds nobody can tell.
    const torn = damagedBytes > 0 ? 1 : 0;
    added += segment.lines + torn;
    events.onAdopted(segment.lines + torn);
    if (torn > 0) {
      events.onProblem(
        `${damagedBytes} bytes at the end of a segment that an earlier process left in ${directory} are damaged; ` +
          'they count as one line lost.',
      );
      events.onLost(torn);
    }
  };

  /** Goes on without the folder when somebody removed it. */
  const evict = (): void => {
    if (!home || home.exists()) return;
    events.onProblem(
      `The spool in ${directory} was removed from outside; the lines in it are lost and counted.`,
    );
    writer.seal();
    try {
      home.leave();
    } catch {
      // There is nothing to leave.
    }
    home = undefined;
    const { lines } = segments;
    segments.forget();
    if (lines > 0) events.onLost(lines);
  };

  const beat = (): void => {
    const beganAtMs = deps.now();
    heartbeat = deps.setTimeout(() => {
      const isLate = deps.now() - beganAtMs >= 2 * HEARTBEAT_MS;
      evict();
      try {
        home?.beat(deps.now());
      } catch (error) {
        failed('cannot be kept', error);
      }
      // Where the clock was set or the machine slept, those who live have had no time for a sign of it either.
      if (!isLate) adopt();
      beat();
    }, HEARTBEAT_MS);
  };

  adopt();
  beat();

  return {
    get lines() {
      return segments.lines;
    },
    get bytes() {
      return segments.bytes;
    },
    get added() {
      return added;
    },
    get diskBytes() {
      return segments.diskBytes;
    },
    append(entries) {
      if (closed || deps.now() < retryAtMs) return false;
      const records = encodeRecords(entries);
      if (records.length > maxBytes) return false;
      try {
        makeRoom(records.length);
        const { last } = segments;
        const segment = last && isWritten(last) ? last : startSegment();
        writer.write(records, segment.size);
        segments.grow(segment, records.length, entries.length);
        added += entries.length;
        if (segment.size >= segmentBytes) writer.seal();
        troubled = false;
        return true;
      } catch (error) {
        retryAtMs = deps.now() + RETRY_MS;
        failed('cannot be written', error);
        // Nothing came into it, and another one is begun with each try.
        if (segments.last?.size === 0) remove(segments.last);
        return false;
      }
    },
    take: (maxBytesTaken, maxLines) =>
      segments.take(maxBytesTaken, maxLines, (lose, error) => {
        evict();
        if (!home) return false;
        const { code, message } = error as NodeJS.ErrnoException;
        events.onProblem(
          `A segment of the spool in ${directory} cannot be read (${code ?? message}); its lines are counted.`,
        );
        events.onLost(lose());
        return true;
      }),
    acknowledge(place) {
      if (closed || !home) return;
      try {
        home.cursor.move(place);
      } catch (error) {
        failed('cannot note what was sent', error);
      }
      for (const segment of segments.settledTo(place, isWritten)) remove(segment);
    },
    close() {
      if (closed) return;
      closed = true;
      deps.clearTimeout(heartbeat);
      if (!home) return;
      try {
        writer.sealSync();
        home.leave();
      } catch (error) {
        failed('cannot be closed', error);
      }
    },
  };
}
