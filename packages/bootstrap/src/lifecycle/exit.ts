import { type Budget, waitFor } from './deadline.ts';

export interface ExitOptions {
  /** Sends everything that waits within the time [ms]. */
  flush(deadlineMs: number): Promise<unknown>;
  /** The same without an event loop [ms]. */
  flushSync(deadlineMs: number): void;
  /** What all of it may take. */
  readonly budget: Budget;
}

/**
 * Flushes when the process comes to its natural end, while there still is an event loop, and at `exit`, which
 * `process.exit` and errors that nobody catches come to, without one.
 *
 * @returns takes the listeners off
 */
export function onExit({ flush, flushSync, budget }: ExitOptions): () => void {
  let flushing = false;
  let flushed = false;

  function beforeExit(): void {
    // The flush itself brings the event loop back to life, and with it this event.
    if (flushing || flushed) return;
    flushing = true;
    budget.begin();
    const leftMs = budget.leftMs();
    void waitFor(() => flush(leftMs), leftMs).ended.then(() => {
      flushing = false;
      flushed = true;
    });
  }

  function exit(): void {
    try {
      flushSync(budget.leftMs());
    } catch {
      // Nothing is left that could be told.
    }
  }

  process.on('beforeExit', beforeExit);
  // Before the listeners of destinations of log lines: what is said here still gets out by them.
  process.prependListener('exit', exit);
  return () => {
    process.off('beforeExit', beforeExit);
    process.off('exit', exit);
  };
}
