/** Shortest time between two writes [ms]: hours of them are made at once, and nobody asks for what happened within it. */
const MIN_INTERVAL_MS = 15_000;
/** Longest [ms]: with more, a series would have no value in between. */
const MAX_INTERVAL_MS = 240_000;
/** Most samples for each second of what is kept: so many series are written less often, and the start takes seconds. */
const MAX_SAMPLES_PER_SECOND = 200;
/** So long after an entry nothing is written any more [ms]: the process may have ended. */
const QUIET_MS = 300_000;

/** Writes the numbers over the spans of a journal anew, at the times between its entries. */
export interface NumbersReplay {
  /** Writes up to the next entry, before that is taken in. @param timeMs when it came, since 1970 */
  until(timeMs: number): Promise<void>;
}

export interface NumbersReplayOptions {
  /** Writes every series as it is then. @returns how many they are */
  readonly writeAt: (timeMs: number) => Promise<number>;
  /** Between two writes, where they are few [ms]. */
  readonly intervalMs: number;
}

/**
 * The spans are kept, and what was counted of them is not: it is counted once more, and stands there at the times at which
 * it could have been seen.
 */
export function createNumbersReplay({ writeAt, intervalMs }: NumbersReplayOptions): NumbersReplay {
  let writtenMs: number | undefined;
  let entryMs = -Infinity;
  let series = 0;

  function stepMs(): number {
    const leastMs = Math.max(intervalMs, MIN_INTERVAL_MS, (series / MAX_SAMPLES_PER_SECOND) * 1000);
    return Math.min(leastMs, Math.max(intervalMs, MAX_INTERVAL_MS));
  }

  return {
    async until(timeMs) {
      writtenMs ??= timeMs;
      const untilMs = Math.min(timeMs, entryMs + QUIET_MS);
      while (writtenMs + stepMs() <= untilMs) {
        writtenMs += stepMs();
        // oxlint-disable-next-line no-await-in-loop -- in the order of time
        series = await writeAt(writtenMs);
      }
      // Nothing of the next entry belongs to the time before it.
      if (writtenMs + stepMs() <= timeMs) writtenMs = timeMs;
      entryMs = Math.max(entryMs, timeMs);
    },
  };
}
