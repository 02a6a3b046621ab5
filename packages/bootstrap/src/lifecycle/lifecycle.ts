import { isMainThread } from 'node:worker_threads';
import { type Crash, onCrash } from './crash.ts';
import { watchTraffic } from './cut-traffic.ts';
import { createBudget } from './deadline.ts';
import { onExit } from './exit.ts';
import { onSignals } from './signals.ts';
import type { DrainAtSignal } from './signals.ts';

export interface LifecycleOptions {
  /**
   * Sends everything that waits, traces, logs and metrics side by side. It ends in time, and it may fail. The process may go
   * on after it: one that handles a signal by itself decides that.
   *
   * @param deadlineMs longest wait [ms]
   */
  flush(deadlineMs: number): Promise<unknown>;
  /**
   * The same without an event loop, at `exit`.
   *
   * @param deadlineMs longest wait [ms]; 0 hands over what can be handed over without one
   */
  flushSync(deadlineMs: number): void;
  /** Longest flush at the end [ms]. Default: 5000. */
  readonly deadlineMs?: number;
  /**
   * Comes before the last flush, within its time, when nothing goes on after it: plug-ins end.
   *
   * @param deadlineMs longest wait, of it and of the flush [ms]
   */
  readonly beforeEnd?: (deadlineMs: number) => Promise<unknown>;
  /**
   * Comes before all of it when a signal ends the process, and beside the handlers of the application when it handles SIGTERM or
   * SIGINT: readiness fails, connections drain.
   */
  readonly drain?: DrainAtSignal;
  /** Told of an error that nobody caught, before the process ends by it: the last line, the error on the span. */
  readonly onCrash?: (crash: Crash) => void;
}

/**
 * Takes care of the end of the process, however it comes: by a signal, by itself, by `process.exit` or by an error that
 * nobody catches. One owner of signals: whatever else flushes must leave them alone (`signals: false` of a destination).
 *
 * At `exit`, the last flush holds the process for a while in which no request can be answered: servers stop to listen before it,
 * and what they have accepted is ended.
 *
 * A worker thread gets no signals; the others hold there as well.
 *
 * @returns lets go of the process
 */
export function ownLifecycle(options: LifecycleOptions): () => void {
  const { flush, flushSync, beforeEnd, deadlineMs = 5000, drain } = options;
  const budget = createBudget(deadlineMs);
  const traffic = watchTraffic();
  const crash = options.onCrash && onCrash(options.onCrash);
  const stops = [
    traffic.stop,
    onExit({ flush, flushSync, beforeEnd, budget, cutTraffic: traffic.cut, tellCrash: crash?.tellEnd }),
  ];
  if (crash) stops.push(crash.stop);
  if (isMainThread) stops.push(onSignals({ flush, flushSync, beforeEnd, budget, drain }));
  return () => {
    for (const stop of stops) stop();
  };
}
