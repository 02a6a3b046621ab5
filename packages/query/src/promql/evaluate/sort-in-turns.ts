import type { Budget } from '../budget.ts';

/** What is sorted at once: some milliseconds of comparing labels. */
const runLength = 1024;
/** Items that are merged between two looks at the clock. */
const itemsPerLook = 512;

/** A sorted copy, others being let to work meanwhile: a hundred thousand sets of labels take a second to sort. */
export async function sortInTurns<Item>(
  items: readonly Item[],
  compare: (left: Item, right: Item) => number,
  budget: Pick<Budget, 'spent' | 'pause'>,
): Promise<readonly Item[]> {
  let from = items.slice();
  for (let start = 0; start < from.length; start += runLength) {
    const run = from.slice(start, start + runLength).toSorted(compare);
    for (let at = 0; at < run.length; at += 1) from[start + at] = run[at] as Item;
    // oxlint-disable-next-line no-await-in-loop -- others work meanwhile
    if (budget.spent(runLength * 20)) await budget.pause();
  }
  let to = from.slice();
  for (let width = runLength; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at += 1) {
        const takesLeft =
          left < middle && (right >= end || compare(from[left] as Item, from[right] as Item) <= 0);
        to[at] = from[takesLeft ? left++ : right++] as Item;
        // oxlint-disable-next-line no-await-in-loop -- see above
        if (at % itemsPerLook === 0 && budget.spent(itemsPerLook * 40)) await budget.pause();
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
