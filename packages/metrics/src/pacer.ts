import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest stretch of work for a page before the event loop gets its turn [ms]. */
const SLICE_MS = 5;

/** Keeps long work from holding the event loop. */
export interface Pacer {
  /** Whether the turn has lasted long enough. Asks the clock: call it every few dozen steps. */
  isDue(): boolean;
  /** Lets the event loop go round once. */
  turn(): Promise<void>;
}

export function createPacer(): Pacer {
  let startMs = performance.now();
  return {
    isDue: () => performance.now() - startMs >= SLICE_MS,
    async turn() {
      await nextTurn();
      startMs = performance.now();
    },
  };
}
