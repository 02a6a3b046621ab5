import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import * as z from 'zod';
import type { CheckDefinition, CheckResult } from '../check.ts';

/** A check whose answer is always a `CheckResult`. */
export interface BuiltInCheck extends CheckDefinition {
  readonly check: (signal: AbortSignal) => Promise<CheckResult>;
}

/** One run of a check that waits for something outside the process. */
export interface TimedRun {
  /** Does it. `stop` aborts when nobody waits for the answer any more: then everything that is open is closed. */
  readonly work: (stop: AbortSignal) => Promise<CheckResult>;
  /** What to say when there is no answer after `afterMs`. */
  readonly late: (afterMs: number) => CheckResult;
  /** What to say when `work` throws. */
  readonly failed: (error: unknown) => CheckResult;
}

/**
 * How much longer the caller waits than the check does [ms]: so it is the check that says why there was no answer, as
 * it knows what it waited for.
 */
const GRACE_MS = 100;

/**
 * How late a timer may come until the event loop is to blame [ms]: then the answer may be there and only waits to be
 * read, so it gets as long again.
 */
const LATE_TIMER_MS = 50;

/**
 * Longest wait for an answer [ms]. 700 and the grace are the 800 that a check has by default, and the longest and the grace are
 * the 60,000 that it may have.
 */
export const timeoutMsSchema = z
  .int()
  .min(1)
  .max(60_000 - GRACE_MS);
export const DEFAULT_TIMEOUT_MS = 700;

/**
 * What checks run in: they begin no trace and send no trace context, as one every second would bury the others.
 * Source: `suppressTracing` of @opentelemetry/core.
 */
const QUIET_CONTEXT = ROOT_CONTEXT.setValue(
  Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
  true,
);

export function up(details?: object): CheckResult {
  return { status: 'up', details: details && { ...details } };
}

export function degraded(reason: string, details?: object): CheckResult {
  return { status: 'degraded', reason, details: details && { ...details } };
}

export function down(reason: string, details?: object): CheckResult {
  return { status: 'down', reason, details: details && { ...details } };
}

/**
 * Makes a check of runs that each have a time limit. A run that is over, for whichever reason, leaves no timer and no
 * listener behind; what it still throws afterwards has no one to tell.
 *
 * @param timeoutMs longest time of a run [ms]
 */
export function timedCheck(timeoutMs: number, begin: () => TimedRun): BuiltInCheck {
  async function check(signal: AbortSignal): Promise<CheckResult> {
    const { work, late, failed } = begin();
    const startMs = performance.now();
    const stop = new AbortController();
    const over = Promise.withResolvers<CheckResult>();
    const end = (): void => {
      stop.abort();
      over.resolve(late(Math.round(performance.now() - startMs)));
    };
    if (signal.aborted) {
      end();
      return over.promise;
    }
    let timer = setTimeout(() => {
      const lateMs = performance.now() - startMs - timeoutMs;
      if (lateMs > LATE_TIMER_MS) timer = setTimeout(end, LATE_TIMER_MS);
      else end();
    }, timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    try {
      return await Promise.race([
        over.promise,
        context.with(QUIET_CONTEXT, async () => work(stop.signal)).catch(failed),
      ]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }
  return { check, timeoutMs: timeoutMs + GRACE_MS };
}
