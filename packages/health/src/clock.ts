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

/** The clocks and timers of Node.js. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  schedule(call, delayMs) {
    const timer = setTimeout(call, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
