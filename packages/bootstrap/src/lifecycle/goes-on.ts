// Not the global one, which tests of a service may replace.
import { setImmediate } from 'node:timers';

/**
 * Finds out whether the application goes on after a `beforeExit`, as a runner of jobs does that begins the next one there: something
 * keeps the event loop alive then that did not before. To be called by a listener of that event; those after it, and what they have
 * waited for by the next turn, count as well.
 *
 * @param tell called in the next turn
 */
export function whetherItGoesOn(tell: (goesOn: boolean) => void): void {
  const before = activeResources();
  process.nextTick(() => {
    // What is over by the next turn shows here alone.
    const began = hasMore(before);
    setImmediate(() => tell(began || hasMore(before)));
  });
}

/** How many of each kind keep the event loop alive. Handles that are idle, as those of standard streams, are among them at any time. */
function activeResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function hasMore(before: ReadonlyMap<string, number>): boolean {
  return Array.from(activeResources()).some(([kind, count]) => count > (before.get(kind) ?? 0));
}
