/** The best rows of a group at one step. */
export interface Top {
  offer(row: number, value: number): void;
  /** Best first; of those that were only to be first, in their order. */
  rows(): readonly number[];
}

interface Entry {
  readonly row: number;
  readonly value: number;
}

/**
 * Keeps the largest or smallest values of many in a heap, or the first ones.
 *
 * The heap moves its entries as Go's `container/heap` does, so that among equal values the same ones stay.
 *
 * @param count rows, at least 1
 * @param compatibility in version 2, a NaN gives way to a later NaN
 */
export function createTop(
  which: 'largest' | 'smallest' | 'first',
  count: number,
  compatibility: 2 | 3 = 3,
): Top {
  const heap: Entry[] = [];
  /** Whether the value is worse; NaN is the worst of all. */
  const worse = (value: number, than: number): boolean =>
    Number.isNaN(value) || (which === 'smallest' ? value > than : value < than);

  function at(index: number): Entry {
    return heap[index]!;
  }

  function swap(left: number, right: number): void {
    [heap[left], heap[right]] = [at(right), at(left)];
  }

  function up(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!worse(at(index).value, at(parent).value)) break;
      swap(parent, index);
      index = parent;
    }
  }

  function down(): void {
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && worse(at(right).value, at(left).value) ? right : left;
      if (!worse(at(child).value, at(index).value)) break;
      swap(index, child);
      index = child;
    }
  }

  return {
    offer(row, value) {
      if (heap.length < count) {
        heap.push({ row, value });
        if (which !== 'first') up(heap.length - 1);
        return;
      }
      const worst = at(0).value;
      const better = which === 'largest' ? value > worst : which === 'smallest' && value < worst;
      const instead = Number.isNaN(worst) && (compatibility === 2 || !Number.isNaN(value));
      if (which === 'first' || (!better && !instead)) return;
      if (compatibility === 2 && count > 1) {
        // Version 2 takes the worst one out and puts the new one in, which moves the others in another way.
        heap[0] = heap.pop()!;
        down();
        heap.push({ row, value });
        up(heap.length - 1);
        return;
      }
      heap[0] = { row, value };
      down();
    },
    rows() {
      if (which === 'first') return heap.map(({ row }) => row);
      return insertionSorted(heap, (left, right) => worse(right.value, left.value)).map(({ row }) => row);
    },
  };
}

/** Stable, and as Go sorts short lists, also when the order is none, as with NaN. */
function insertionSorted(
  entries: readonly Entry[],
  before: (left: Entry, right: Entry) => boolean,
): readonly Entry[] {
  if (entries.length > 12) {
    return entries.toSorted((left, right) => Number(before(right, left)) - Number(before(left, right)));
  }
  const sorted = [...entries];
  for (let index = 1; index < sorted.length; index += 1) {
    for (let to = index; to > 0 && before(sorted[to]!, sorted[to - 1]!); to -= 1) {
      [sorted[to], sorted[to - 1]] = [sorted[to - 1]!, sorted[to]!];
    }
  }
  return sorted;
}
