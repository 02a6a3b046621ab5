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

/** Work in steps, each of which is short. */
export type Steps<Result> = Generator<void, Result, void>;

/** Takes all steps in one go. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** Takes them in slices of a few milliseconds, between which the event loop gets its turn. */
export async function inSlices<Result>(steps: Steps<Result>, pacer: Pacer): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) {
    // oxlint-disable-next-line no-await-in-loop -- that is the point: one slice a turn
    if (pacer.isDue()) await pacer.turn();
    step = steps.next();
  }
  return step.value;
}
