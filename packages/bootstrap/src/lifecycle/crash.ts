/** An error that nobody caught. */
export interface Crash {
  readonly error: unknown;
  /** Whether it was thrown or a promise was rejected with it. */
  readonly origin: 'uncaughtException' | 'unhandledRejection';
  /** False when the application handles such errors itself, and the process goes on. */
  readonly fatal: boolean;
}

/**
 * Tells of errors that nobody catches before the process ends by them. It changes nothing of that: what Node.js prints, the
 * exit code and the handlers of the application stay as they are.
 *
 * @param tell writes the last line and ends the active span; it must be quick, and what it throws is left out
 * @returns takes the listener off
 */
export function onCrash(tell: (crash: Crash) => void): () => void {
  function monitor(error: unknown, origin: Crash['origin']): void {
    try {
      const handled =
        process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
      tell({ error, origin, fatal: !handled });
    } catch {
      // The error of the application is the one to be seen.
    }
  }
  process.on('uncaughtExceptionMonitor', monitor);
  return () => {
    process.off('uncaughtExceptionMonitor', monitor);
  };
}
