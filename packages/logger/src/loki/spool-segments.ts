import { rmSync } from 'node:fs';
import type { LokiEntry, SpoolPlace } from './entry.ts';
import type { SpoolSegment } from './spool-orphans.ts';
import { decodeRecord, readRecords } from './spool-record.ts';

/** The segments of a spool in the order of their numbers, and what is left to take of each. */
export interface SpoolSegments {
  /** Lines not yet taken. */
  readonly lines: number;
  /** Their size [bytes]. */
  readonly bytes: number;
  /** Room taken on disk [bytes]. */
  readonly diskBytes: number;
  readonly first: SpoolSegment | undefined;
  readonly last: SpoolSegment | undefined;
  add(segment: SpoolSegment): void;
  /** Lines were appended to a segment's file. */
  grow(segment: SpoolSegment, bytes: number, lines: number): void;
  /**
   * The oldest lines.
   *
   * @param onDamage told of a segment that cannot be read, or not to its end, and how many lines that loses; false
   *   ends it there
   */
  take(
    maxBytes: number,
    maxLines: number,
    onDamage: (lose: () => number, error: unknown) => boolean,
  ): LokiEntry[];
  /** Those of which nothing is left to settle up to here. @param isWritten of a segment that still takes lines */
  settledTo(place: SpoolPlace, isWritten: (segment: SpoolSegment) => boolean): readonly SpoolSegment[];
  /** Drops a segment and its file. @throws the error of the file system; it is dropped all the same */
  remove(segment: SpoolSegment): void;
  /** Drops all, leaving the files. */
  forget(): void;
}

export function createSpoolSegments(): SpoolSegments {
  let segments: SpoolSegment[] = [];
  let lines = 0;
  let diskBytes = 0;
  return {
    get lines() {
      return lines;
    },
    get bytes() {
      return segments.reduce((sum, { size, next }) => sum + size - next, 0);
    },
    get diskBytes() {
      return diskBytes;
    },
    get first() {
      return segments[0];
    },
    get last() {
      return segments.at(-1);
    },
    add(segment) {
      segments.push(segment);
      lines += segment.lines;
      diskBytes += segment.size;
    },
    grow(segment, bytes, count) {
      segment.size += bytes;
      segment.lines += count;
      diskBytes += bytes;
      lines += count;
    },
    take(maxBytes, maxLines, onDamage) {
      const entries: LokiEntry[] = [];
      let bytes = 0;
      for (const segment of segments) {
        if (segment.lines === 0) continue;
        try {
          for (const { payload, end } of readRecords(segment.path, segment.next, segment.size)) {
            const entry = decodeRecord(payload);
            const full = bytes + entry.bytes > maxBytes || entries.length >= maxLines;
            if (full && entries.length > 0) return entries;
            bytes += entry.bytes;
            entries.push({ ...entry, place: { segment: segment.number, end } });
            segment.next = end;
            segment.lines -= 1;
            lines -= 1;
          }
          if (segment.lines > 0) throw new Error('damaged records');
        } catch (error) {
          const lose = (): number => {
            const lost = segment.lines;
            segment.lines = 0;
            segment.next = segment.size;
            lines -= lost;
            return lost;
          };
          if (!onDamage(lose, error)) return entries;
        }
      }
      return entries;
    },
    settledTo: (place, isWritten) =>
      segments.filter((segment) => {
        const spent = segment.number === place.segment && segment.lines === 0 && place.end >= segment.size;
        return segment.number < place.segment || (spent && !isWritten(segment));
      }),
    remove(segment) {
      segments = segments.filter((each) => each !== segment);
      diskBytes -= segment.size;
      lines -= segment.lines;
      rmSync(segment.path, { force: true });
    },
    forget() {
      segments = [];
      lines = 0;
      diskBytes = 0;
    },
  };
}
