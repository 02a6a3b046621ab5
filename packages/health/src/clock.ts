/** Time as health reads it, so that tests can have their own. */
export interface Clock {
  /** Monotonic [ms]: durations and the age of results; the clock of the wall may jump. */
  nowMs(): number;
  /** The clock of the wall [ms since 1970 in UTC]: for what people and metrics are shown, never for what is decided. */
  wallMs(): number;
  /**
   * Calls once, later; never keeps the process alive.
   *
   * @returns takes the call back
   */
  schedule(call: () => void, delayMs: number): () => void;
}

/**
 * The clock and the timers of Node.js as they are now: fake ones that a test puts in their place later do not stop what a service
 * has begun before, and do not run into its timers, which never end.
 */
export function createSystemClock(): Clock {
  const { setTimeout: start, clearTimeout: end } = globalThis;
  return {
    nowMs: performance.now.bind(performance),
    wallMs: () => Date.now(),
    schedule(call, delayMs) {
      const timer = start(call, delayMs).unref();
      return () => end(timer);
    },
  };
}

/** The clock and the timers of Node.js. */
export const systemClock: Clock = createSystemClock();
