export interface PaceOptions {
  /** How many may go on in a second, in the long run. */
  readonly perSecond: number;
  /** How many may go on at once after a while without any. */
  readonly burst: number;
}

/**
 * Lets everybody pass, and no more of them in a second than may: who comes too early waits for its turn.
 *
 * Source: the generic cell rate algorithm, ITU-T I.371
 *
 * @param nowMs of a clock that never jumps [ms]
 * @returns resolves when it is one's turn, or when the signal is aborted
 */
export function createPace(
  { perSecond, burst }: PaceOptions,
  nowMs: () => number = () => performance.now(),
): (signal: AbortSignal) => Promise<void> {
  const intervalMs = 1000 / perSecond;
  const toleranceMs = intervalMs * (burst - 1);
  /** When the next one would come if all came evenly. */
  let dueMs = 0;
  return async (signal) => {
    const now = nowMs();
    const waitMs = dueMs - now - toleranceMs;
    dueMs = Math.max(dueMs, now) + intervalMs;
    if (waitMs > 0) await delay(waitMs, signal);
  };
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
