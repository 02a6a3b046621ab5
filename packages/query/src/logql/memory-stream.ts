import type { Labels } from '../labels.ts';
import type { Direction, LogEntry } from './log-source.ts';

/** Lines that are read at a time. */
const batchSize = 1024;

interface Dropped {
  readonly entries: number;
  readonly bytes: number;
}

/** The lines of one stream, sorted by time; those of one time in the order of their arrival. */
export interface MemoryStream {
  readonly labels: Labels;
  size(): number;
  oldestNs(): bigint | undefined;
  /** @returns what it takes [bytes], or undefined when the same line is there already */
  add(entry: LogEntry): number | undefined;
  dropOldest(count: number): Dropped;
  dropBefore(timeNs: bigint): Dropped;
  has(fromNs: bigint, toNs: bigint): boolean;
  read(fromNs: bigint, toNs: bigint, direction: Direction): Iterable<readonly LogEntry[]>;
}

export function createMemoryStream(labels: Labels): MemoryStream {
  let entries: LogEntry[] = [];
  let readers = 0;

  /** Place of the first line at or after a time. */
  function placeOf(timeNs: bigint): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.timeNs ?? 0n) < timeNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function dropOldest(count: number): Dropped {
    const gone = entries.slice(0, count);
    // A new list: whoever reads keeps the old one.
    entries = entries.slice(count);
    return { entries: gone.length, bytes: gone.reduce((sum, entry) => sum + bytesOf(entry), 0) };
  }

  return {
    labels,
    size: () => entries.length,
    oldestNs: () => entries[0]?.timeNs,
    add(entry) {
      const last = entries.at(-1);
      if (last === undefined || last.timeNs < entry.timeNs) {
        entries.push(entry);
        return bytesOf(entry);
      }
      const from = placeOf(entry.timeNs);
      const to = placeOf(entry.timeNs + 1n);
      for (let at = from; at < to; at += 1) if (isSame(entries[at], entry)) return undefined;
      if (to === entries.length) {
        entries.push(entry);
      } else {
        // Whoever reads keeps the old list.
        if (readers > 0) entries = [...entries];
        entries.splice(to, 0, entry);
      }
      return bytesOf(entry);
    },
    dropOldest,
    dropBefore: (timeNs) => dropOldest(placeOf(timeNs)),
    has(fromNs, toNs) {
      const first = entries[placeOf(fromNs)];
      return first !== undefined && first.timeNs < toNs;
    },
    *read(fromNs, toNs, direction) {
      const list = entries;
      const from = placeOf(fromNs);
      const to = placeOf(toNs);
      readers += 1;
      try {
        if (direction === 'forward') {
          for (let at = from; at < to; at += batchSize) yield list.slice(at, Math.min(to, at + batchSize));
        } else {
          for (let at = to; at > from; at -= batchSize)
            yield list.slice(Math.max(from, at - batchSize), at).toReversed();
        }
      } finally {
        readers -= 1;
      }
    },
  };
}

function isSame(left: LogEntry | undefined, right: LogEntry): boolean {
  if (left?.line !== right.line) return false;
  const names = Object.keys(left.metadata);
  return (
    names.length === Object.keys(right.metadata).length &&
    names.every((name) => left.metadata[name] === right.metadata[name])
  );
}

/** As V8 keeps it, roughly: two bytes a character, and what an object and a number of 64 bits take. */
function bytesOf({ line, metadata }: LogEntry): number {
  let bytes = 64 + line.length * 2;
  for (const [name, value] of Object.entries(metadata)) bytes += (name.length + value.length) * 2;
  return bytes;
}
