/** An error that nobody caught. */
export interface Crash {
  readonly error: unknown;
  /** Whether it was thrown or a promise was rejected with it. */
  readonly origin: 'uncaughtException' | 'unhandledRejection';
  /** False when the application handles such errors itself, and the process goes on as far as can be told. */
  readonly fatal: boolean;
}

/** Looks out for errors that nobody catches. */
export interface CrashWatch {
  /** To be called at `exit`: tells of the error by which the process ends, where it is one. Never throws. */
  tellEnd(): void;
  stop(): void;
}

/**
 * Tells of errors that nobody catches before the process ends by them. It changes nothing of that: what Node.js prints, the
 * exit code and the handlers of the application stay as they are.
 *
 * Whether an error ends the process is known for sure only when it does: what handles it may be a callback that nobody can look up,
 * as those of `process.addUncaughtExceptionCaptureCallback`, or one that ends the process itself, as that of pm2 does. Where it ends,
 * `exit` comes at once, in the same turn.
 *
 * @param tell writes the last line and ends the active span; it must be quick, and what it throws is left out
 */
export function onCrash(tell: (crash: Crash) => void): CrashWatch {
  let last: Omit<Crash, 'fatal'> | undefined;

  function quietly(crash: Crash): void {
    try {
      tell(crash);
    } catch {
      // The error of the application is the one to be seen.
    }
  }

  function monitor(error: unknown, origin: Crash['origin']): void {
    if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback())
      quietly({ error, origin, fatal: false });
    last = { error, origin };
    queueMicrotask(() => (last = undefined));
  }

  process.on('uncaughtExceptionMonitor', monitor);
  return {
    tellEnd() {
      if (last === undefined) return;
      const { error, origin } = last;
      last = undefined;
      quietly({ error, origin, fatal: true });
    },
    stop() {
      process.off('uncaughtExceptionMonitor', monitor);
    },
  };
}
