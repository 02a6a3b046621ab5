import { exitGuard } from './destinations/exit-guard.ts';

/**
 * Flushes the destinations of every logger in this process (in this thread, in a worker), for whoever ends it: those of
 * the service's own loggers among them. Destinations have deadlines of their own; this one comes on top.
 *
 * @param deadlineMs longest wait [ms]
 * @returns resolves when all lines so far have left, or at the deadline; never rejects
 */
export async function flushLoggers(deadlineMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let stop: (() => void) | undefined;
    const timer = setTimeout(() => {
      stop?.();
      resolve();
    }, deadlineMs);
    stop = exitGuard().flush(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
