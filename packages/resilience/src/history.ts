/** One transition, as `/status` shows it. */
export interface HistoryEntry {
  /** When, in ISO 8601. */
  readonly at: string;
  readonly kind: string;
  readonly name: string;
  readonly from?: string;
  readonly to: string;
  readonly cause: string;
}

/** The last transitions, bounded in number. */
export interface History {
  add(entry: HistoryEntry): void;
  /** The newest one first. */
  list(): HistoryEntry[];
}

/** @param length most entries that are kept */
export function createHistory(length: number): History {
  const entries: HistoryEntry[] = [];
  let next = 0;
  return {
    add(entry) {
      entries[next] = entry;
      next = (next + 1) % length;
    },
    list() {
      return [...entries.slice(next), ...entries.slice(0, next)].toReversed();
    },
  };
}
