import type { Destination } from '@sightline/logger';
import type { LogPush } from './log-push.ts';

/** Longest wait of a flush that does not say one [ms]. */
const FLUSH_MS = 5000;

/** A push as a destination of the logger. What it sends at the end of the process is its owner's affair. */
export function pushDestination(push: LogPush): Destination {
  return {
    kind: 'otlp',
    write(lines) {
      // One write holds one line, or several.
      for (const line of lines.split('\n')) if (line !== '') push.write(line);
    },
    flushSync() {
      // A request cannot be sent in place: `drain` is for that.
    },
    flush(callback) {
      void flushThen(push, callback);
    },
    close: (deadlineMs = FLUSH_MS) => push.shutdown(deadlineMs),
    stats() {
      const { queued, exported, dropped, failures } = push.stats();
      return { queued, sent: exported, dropped: sum(dropped), bytes: 0, retried: sum(failures) };
    },
  };
}

async function flushThen(push: LogPush, callback: (() => void) | undefined): Promise<void> {
  await push.flush(FLUSH_MS);
  callback?.();
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
