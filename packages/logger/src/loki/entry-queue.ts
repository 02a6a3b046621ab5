import type { LokiEntry } from './entry.ts';

/** Entries in memory, oldest first. */
export interface EntryQueue {
  readonly lines: number;
  /** Encoded size of all of them [bytes]. */
  readonly bytes: number;
  push(entry: LokiEntry): void;
  /** Takes the oldest out. */
  shift(): LokiEntry | undefined;
  peek(): LokiEntry | undefined;
}

/** A first-in, first-out queue whose every step takes the same short time, however long it is. */
export function createEntryQueue(): EntryQueue {
  let entries: (LokiEntry | undefined)[] = [];
  let head = 0;
  let bytes = 0;
  return {
    get lines() {
      return entries.length - head;
    },
    get bytes() {
      return bytes;
    },
    push(entry) {
      entries.push(entry);
      bytes += entry.bytes;
    },
    peek: () => entries[head],
    shift() {
      const entry = entries[head];
      if (!entry) return undefined;
      entries[head] = undefined;
      head += 1;
      bytes -= entry.bytes;
      // Each entry is moved at most once for every entry that left.
      if (head >= 1_024 && head * 2 >= entries.length) {
        entries = entries.slice(head);
        head = 0;
      }
      return entry;
    },
  };
}
