/** What `withinTime` resolves to when the time was up. */
export const TIME_UP = Symbol('time is up');

/** A timer that fires so much too late says that the event loop stood still [ms]. */
const LATE_MS = 20;

/** Most that is waited in addition then [ms]. */
const MAX_GRACE_MS = 250;

/** The timers as they were at the start: where a test has put others in their place, the wait would not end. */
const { setTimeout: startReal, clearTimeout: endReal } = globalThis;

/**
 * Waits for a promise no longer than a limit; the promise itself goes on. The timer ends with the wait. Where the event loop
 * stood still until after the limit, what has come meanwhile could not be read: it gets the time for that.
 *
 * @returns what it resolved to, or `TIME_UP`; rejects as it does
 */
export async function withinTime<Value>(
  promise: Promise<Value>,
  limitMs: number,
): Promise<Value | typeof TIME_UP> {
  const endMs = performance.now() + limitMs;
  let timer: NodeJS.Timeout | undefined;
  let grace: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof TIME_UP>((resolve) => {
    timer = setTimeout(() => {
      const lateMs = performance.now() - endMs;
      if (lateMs < LATE_MS) resolve(TIME_UP);
      else grace = startReal(resolve, Math.min(lateMs, MAX_GRACE_MS), TIME_UP);
    }, limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
    endReal(grace);
  }
}
