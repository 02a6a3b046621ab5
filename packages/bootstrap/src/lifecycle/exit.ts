import { type Budget, waitWithin } from './deadline.ts';
import { whetherItGoesOn } from './goes-on.ts';

export interface ExitOptions {
  /** Sends everything that waits within the time [ms]. */
  flush(deadlineMs: number): Promise<unknown>;
  /** Comes before the flush, within its time: what flushes and then lets go. */
  readonly beforeEnd?: ((deadlineMs: number) => Promise<unknown>) | undefined;
  /** The same without an event loop [ms]. */
  flushSync(deadlineMs: number): void;
  /** What all of it may take. */
  readonly budget: Budget;
  /** Comes at `exit`, before the flush without an event loop: nothing is answered from there on. */
  readonly cutTraffic?: (() => void) | undefined;
  /** Comes then: what is said last is flushed as well. */
  readonly tellCrash?: (() => void) | undefined;
}

/**
 * Flushes when the process comes to its natural end, while there still is an event loop, and at `exit`, which
 * `process.exit` and errors that nobody catches come to, without one. Where the application goes on after a `beforeExit`,
 * nothing is ended: the first time there is a flush, for it may call `process.exit` next.
 *
 * @returns takes the listeners off
 */
export function onExit(options: ExitOptions): () => void {
  const { flush, flushSync, budget, cutTraffic, tellCrash } = options;
  let begun = false;
  let flushed = false;

  function beforeExit(): void {
    // The flush itself brings the event loop back to life, and with it this event.
    if (begun) return;
    begun = true;
    whetherItGoesOn((goesOn) => {
      if (!goesOn) void waitWithin(budget, (leftMs) => flushAtEnd(options, leftMs)).ended;
      else begun = false;
      if (goesOn && !flushed) void waitWithin(budget, flush).ended;
      flushed = true;
    });
  }

  function exit(): void {
    try {
      cutTraffic?.();
      tellCrash?.();
      flushSync(budget.leftMs());
    } catch {
      // Nothing is left that could be told.
    }
  }

  /** A listener for `exit` has thrown: those after it are not called, and what was said of the error is not out. */
  function onFailure(): void {
    if (isExiting() && process.listenerCount('uncaughtException') === 0) exit();
  }

  process.on('beforeExit', beforeExit);
  process.on('uncaughtExceptionMonitor', onFailure);
  // Before the listeners of destinations of log lines: what is said here still gets out by them.
  process.prependListener('exit', exit);
  return () => {
    process.off('beforeExit', beforeExit);
    process.off('exit', exit);
    process.off('uncaughtExceptionMonitor', onFailure);
  };
}

/** What Node.js keeps itself of an end that has begun, also by `process.exit`. */
function isExiting(): boolean {
  return Reflect.get(process, '_exiting') === true;
}

/** The last flush: what is to let go after it comes first, and its failure leaves the rest its turn. */
export async function flushAtEnd(
  { flush, beforeEnd }: Pick<ExitOptions, 'flush' | 'beforeEnd'>,
  deadlineMs: number,
): Promise<void> {
  try {
    if (beforeEnd) await beforeEnd(deadlineMs);
  } catch {
    // What it has lost is its own to tell.
  }
  await flush(deadlineMs);
}
