/** What `withinTime` resolves to when the time was up. */
export const TIME_UP = Symbol('time is up');

/**
 * Waits for a promise no longer than a limit; the promise itself goes on. The timer ends with the wait.
 *
 * @returns what it resolved to, or `TIME_UP`; rejects as it does
 */
export async function withinTime<Value>(
  promise: Promise<Value>,
  limitMs: number,
): Promise<Value | typeof TIME_UP> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof TIME_UP>((resolve) => {
    timer = setTimeout(resolve, limitMs, TIME_UP);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
