import type { HrTime, TimeInput } from '@opentelemetry/api';
import { isTimeInputHrTime } from '@opentelemetry/core';

/** The time of spans: the wall clock in fractions of a millisecond, which never runs backwards while it is not set. */
export interface SpanClock {
  /** Now [ms since 1970, with fractions]. */
  nowMs(): number;
  /**
   * What the OpenTelemetry API takes as a time [ms since 1970, with fractions]; anything else is now.
   * A number below `performance.now()` counts from the start of the process.
   */
  toMs(input: TimeInput | undefined): number;
}

/** How often the wall clock is looked at [ms]. */
const CHECK_INTERVAL_MS = 10_000;

/** How far the two clocks may be apart [ms]; the wall clock has no fractions, so 1 is nothing. */
const TOLERATED_MS = 5;

/** @param monotonic ms since the start @param wall ms since 1970 */
export function createSpanClock(
  monotonic: () => number = performance.now.bind(performance),
  wall: () => number = Date.now,
): SpanClock {
  let anchorMs = wall() - monotonic();
  let nextCheckMs = monotonic() + CHECK_INTERVAL_MS;

  const nowMs = (): number => {
    const elapsedMs = monotonic();
    if (elapsedMs >= nextCheckMs) {
      nextCheckMs = elapsedMs + CHECK_INTERVAL_MS;
      const aheadMs = wall() - (anchorMs + elapsedMs);
      if (Math.abs(aheadMs) > TOLERATED_MS) anchorMs += aheadMs;
    }
    return anchorMs + elapsedMs;
  };

  return {
    nowMs,
    toMs(input) {
      if (typeof input === 'number') {
        if (!Number.isFinite(input)) return nowMs();
        return input <= monotonic() ? anchorMs + input : input;
      }
      if (input instanceof Date) return validOr(input.getTime(), nowMs);
      if (isTimeInputHrTime(input)) return validOr(input[0] * 1_000 + input[1] / 1_000_000, nowMs);
      return nowMs();
    },
  };
}

function validOr(timeMs: number, otherwise: () => number): number {
  return Number.isFinite(timeMs) ? timeMs : otherwise();
}

/** A time as the SDK has it: seconds and nanoseconds. @param timeMs ms since 1970, with fractions */
export function toHrTime(timeMs: number): HrTime {
  const wholeMs = Math.floor(timeMs);
  const seconds = Math.floor(wholeMs / 1_000);
  const nanos = (wholeMs - seconds * 1_000) * 1_000_000 + Math.round((timeMs - wholeMs) * 1_000_000);
  return nanos >= 1_000_000_000 ? [seconds + 1, nanos - 1_000_000_000] : [seconds, nanos];
}
