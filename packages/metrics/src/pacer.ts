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

/** @param untilMs from then on it is never due [ms from now]; for work that others wait for no longer than a while */
export function createPacer(untilMs = Infinity): Pacer {
  let startMs = performance.now();
  const endMs = startMs + untilMs;
  return {
    isDue() {
      const nowMs = performance.now();
      return nowMs - startMs >= SLICE_MS && nowMs < endMs;
    },
    async turn() {
      await nextTurn();
      startMs = performance.now();
    },
  };
}
