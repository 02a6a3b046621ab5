/** Counts by name, made for a hot path: the cell is looked up once. */
export interface Counters {
  /** The cell of a name, made when it is first asked for. */
  cell(name: string): Counter;
  /** What is counted from here on can be taken back: each is followed by its `settle`. */
  begin(): number;
  /**
   * Ends what `begin` began.
   *
   * @param mark what `begin` answered
   * @param isKept false: takes back what was counted since
   */
  settle(mark: number, isKept: boolean): void;
  /** The counts of all names that were counted. */
  read(): Record<string, number>;
  /** Those of all cells, 0 too. */
  readAll(): Record<string, number>;
}

export interface Counter {
  add(): void;
}

export function createCounters(): Counters {
  const cells = new Map<string, Counter & { count: number }>();
  /** What may be taken back; a caller's rule may begin once more within. */
  const pending: { count: number }[] = [];
  let depth = 0;
  return {
    cell(name) {
      const known = cells.get(name);
      if (known !== undefined) return known;
      const made = {
        count: 0,
        add() {
          made.count++;
          if (depth > 0) pending.push(made);
        },
      };
      cells.set(name, made);
      return made;
    },
    begin() {
      depth++;
      return pending.length;
    },
    settle(mark, isKept) {
      depth--;
      if (!isKept) for (const cell of pending.splice(mark)) cell.count--;
      else if (depth === 0) pending.length = 0;
    },
    readAll: () => Object.fromEntries([...cells].map(([name, { count }]) => [name, count])),
    read() {
      return Object.fromEntries(
        [...cells].filter(([, { count }]) => count > 0).map(([name, { count }]) => [name, count]),
      );
    },
  };
}
