/** Counts by name, made for a hot path: the cell is looked up once, the count is one addition. */
export interface Counters {
  /** The cell of a name, made when it is first asked for. */
  cell(name: string): Counter;
  /** The counts of all names that were counted. */
  read(): Record<string, number>;
}

export interface Counter {
  count: number;
}

export function createCounters(): Counters {
  const cells = new Map<string, Counter>();
  return {
    cell(name) {
      const known = cells.get(name);
      if (known !== undefined) return known;
      const made = { count: 0 };
      cells.set(name, made);
      return made;
    },
    read() {
      return Object.fromEntries(
        [...cells].filter(([, { count }]) => count > 0).map(([name, { count }]) => [name, count]),
      );
    },
  };
}
