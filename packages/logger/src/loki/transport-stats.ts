import { isDeepStrictEqual } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { DestinationStats } from '../destinations/destination.ts';
import { noStats, sumStats } from '../destinations/destination-stats.ts';

/** The event of pino's transport by which a target in its thread says what it did: its number, and its counters. */
export const TRANSPORT_STATS = 'sightline.loki.stats';

/** Between two looks whether there is something to say [ms]. */
const TELL_EVERY_MS = 1000;

/** Targets of this thread so far. */
let targets = 0;

/**
 * Tells the thread that made a transport of pino's what a target did, once a second while that changes. Elsewhere nobody is told.
 *
 * @returns tells it now
 */
export function tellStats(stats: () => DestinationStats): () => void {
  const port = isThreadOfPino(workerData) ? parentPort : null;
  if (port === null) return () => {};
  const target = (targets += 1);
  let told = noStats;
  function tell(): void {
    const current = sumStats(noStats, stats());
    if (isDeepStrictEqual(current, told)) return;
    told = current;
    // How thread-stream, by which pino runs a transport, passes an event on.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    port?.postMessage({ code: 'EVENT', name: TRANSPORT_STATS, args: [target, current] });
  }
  setInterval(tell, TELL_EVERY_MS).unref();
  return tell;
}

/** Whether thread-stream made this thread: another one would not know what is posted to it. */
function isThreadOfPino(data: unknown): boolean {
  const { workerData: given }: { workerData?: { $context?: { threadStreamVersion?: unknown } } } =
    Object(data);
  return typeof given?.$context?.threadStreamVersion === 'string';
}
