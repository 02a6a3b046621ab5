import type { LokiSinkDeps } from './timers.ts';

/** Time that stands still until it is told. */
export interface FakeClock extends Pick<LokiSinkDeps, 'now' | 'setTimeout' | 'clearTimeout'> {
  /** Lets time pass [ms] and runs, in order, what falls due. */
  advance(ms: number): void;
  /** Sets the time; timers wait on as before. */
  set(atMs: number): void;
  /** Timers that wait. */
  readonly timers: number;
}

export function createFakeClock(startMs = 1_763_672_400_000): FakeClock {
  const timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  let nowMs = startMs;
  let nextHandle = 1;
  return {
    now: () => nowMs,
    setTimeout(callback, delayMs) {
      const handle = nextHandle++;
      timers.set(handle, { atMs: nowMs + delayMs, callback });
      return handle;
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
    advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        let due: readonly [handle: number, atMs: number] | undefined;
        for (const [handle, { atMs }] of timers) {
          if (atMs <= endMs && (!due || atMs < due[1])) due = [handle, atMs];
        }
        if (!due) break;
        const [handle, atMs] = due;
        const callback = timers.get(handle)?.callback;
        timers.delete(handle);
        nowMs = Math.max(nowMs, atMs);
        callback?.();
      }
      nowMs = endMs;
    },
    set(atMs) {
      const forwardMs = atMs - nowMs;
      for (const [handle, timer] of timers) timers.set(handle, { ...timer, atMs: timer.atMs + forwardMs });
      nowMs = atMs;
    },
    get timers() {
      return timers.size;
    },
  };
}
