/** Keeps the newest of what is added. */
export interface Top<T> {
  readonly size: number;
  /** Whether something of this time would be kept. */
  takes(timeNs: bigint): boolean;
  add(timeNs: bigint, item: T): void;
  /** The newest first. */
  sorted(): readonly T[];
}

export function createTop<T>(limit: number): Top<T> {
  /** The newest first. */
  const kept: { readonly timeNs: bigint; readonly item: T }[] = [];
  const isFull = (): boolean => limit > 0 && kept.length >= limit;
  return {
    get size() {
      return kept.length;
    },
    takes(timeNs) {
      return !isFull() || timeNs > kept.at(-1)!.timeNs;
    },
    add(timeNs, item) {
      let low = 0;
      let high = kept.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (kept[middle]!.timeNs >= timeNs) low = middle + 1;
        else high = middle;
      }
      kept.splice(low, 0, { timeNs, item });
      if (limit > 0 && kept.length > limit) kept.pop();
    },
    sorted: () => kept.map(({ item }) => item),
  };
}
