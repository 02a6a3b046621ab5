import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import type { CheckDefinition, CheckResult } from '../check.ts';
import { createHysteresis } from './thresholds.ts';

/** How often the loop is probed [ms]. A probe wakes an idle process; 50 a second cost it about 0.15 % of a core. */
const RESOLUTION_MS = 20;
/** Shortest time that is judged [ms]: within less, one collection of garbage would be all there is. */
const MIN_WINDOW_MS = 1000;
const NS_PER_MS = 1e6;

const delayMsSchema = z.number().gt(0).max(600_000);

export const eventLoopCheckOptionsSchema = z
  .strictObject({
    /** Mean wait from where on it is degraded [ms]. */
    degradedDelayMs: delayMsSchema.default(100),
    /** Mean wait from where on it is down [ms]. */
    downDelayMs: delayMsSchema.default(1000),
    /** It is better only when the wait is below this share of the limit, 0–1, so that the status does not flicker. */
    recoverRatio: z.number().gt(0).max(1).default(0.5),
  })
  .refine(({ degradedDelayMs, downDelayMs }) => degradedDelayMs <= downDelayMs, {
    error: 'a time that is not above downDelayMs',
    path: ['degradedDelayMs'],
  });
export type EventLoopCheckOptions = z.input<typeof eventLoopCheckOptionsSchema>;

/** What is read of a delay histogram [ns]; the probe's own interval is part of every value. */
export type DelayHistogram = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'count' | 'max' | 'mean' | 'stddev' | 'reset' | 'enable'
>;

/** Parts that tests replace. */
export interface EventLoopDeps {
  readonly nowMs?: () => number;
  readonly delayHistogram?: () => DelayHistogram;
}

/**
 * The event loop gets round to what arrives: the mean wait of something that arrives at any moment, since the last run
 * and over at least a second. One long stall counts with its whole length, not as one value among many.
 *
 * Mean wait: sum of t² ÷ (2 · sum of t) over the times t between two turns of the loop, less half the interval of the
 * probe: what arrives meets a long t more often than a short one, and waits for half of it.
 * Source: https://en.wikipedia.org/wiki/Renewal_theory (inspection paradox)
 *
 * It begins to measure at its first run, which is up. Details: `meanWaitMs`, `longestMs`.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('event-loop', eventLoopCheck({ degradedDelayMs: 50 }));
 */
export function eventLoopCheck(
  options?: EventLoopCheckOptions,
  {
    nowMs = () => performance.now(),
    delayHistogram = () => monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
  }: EventLoopDeps = {},
): CheckDefinition & { readonly check: () => CheckResult } {
  const { degradedDelayMs, downDelayMs, recoverRatio } = parseOptions(
    'eventLoopCheck',
    eventLoopCheckOptionsSchema,
    options,
  );
  const next = createHysteresis({ degraded: degradedDelayMs, down: downDelayMs }, recoverRatio);
  let histogram: DelayHistogram | undefined;
  let beganMs = 0;
  let last: CheckResult = { status: 'up' };

  function judge({ count, mean, stddev, max }: DelayHistogram, elapsedMs: number): CheckResult {
    const seenMs = count === 0 ? 0 : (count * mean) / NS_PER_MS;
    const squaresMs = count === 0 ? 0 : (count * (mean ** 2 + stddev ** 2)) / NS_PER_MS ** 2;
    // A stall right after the last run, or one that this run has just ended, is in no interval of the probe.
    const unseenMs = elapsedMs - seenMs > 2 * RESOLUTION_MS ? elapsedMs - seenMs : 0;
    const timeMs = Math.max(seenMs + unseenMs, RESOLUTION_MS);
    const meanWaitMs = Math.max(0, (squaresMs + unseenMs ** 2) / (2 * timeMs) - RESOLUTION_MS / 2);
    const longestMs = Math.max(0, max / NS_PER_MS - RESOLUTION_MS, unseenMs - RESOLUTION_MS);
    const details = { meanWaitMs: rounded(meanWaitMs), longestMs: rounded(longestMs) };
    const status = next(meanWaitMs);
    if (status === 'up') return { status, details };
    const reason =
      `what arrives waits ${Math.round(meanWaitMs)} ms for the event loop on average, ` +
      `${Math.round(longestMs)} ms at the longest: see in a CPU profile what blocks it`;
    return { status, reason, details };
  }

  return {
    check() {
      const atMs = nowMs();
      if (histogram === undefined) {
        histogram = delayHistogram();
        histogram.enable();
        beganMs = atMs;
      } else if (atMs - beganMs >= MIN_WINDOW_MS) {
        last = judge(histogram, atMs - beganMs);
        histogram.reset();
        beganMs = atMs;
      }
      return last;
    },
  };
}

function rounded(valueMs: number): number {
  return Math.round(valueMs * 10) / 10;
}
