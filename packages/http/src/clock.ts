/** Turns readings of a monotonic clock into times of day. */
export interface Clock {
  /** A reading [ms], never going back. */
  readonly now: () => number;
  /** The time of day of a reading that was taken just now [ms since 1970 in UTC, with fractions]. */
  readonly epochMs: (reading: number) => number;
}

/** How long the distance between the clocks is believed [ms]. */
const ANCHOR_AGE_MS = 1000;
/** `Date.now` has whole milliseconds, so a smaller difference says nothing [ms]. */
const TOLERANCE_MS = 2;

/**
 * A clock that is as fine as `performance.now` and does not drift from the time of day: when the clocks have come
 * apart, because the system's was set or the machine slept, it follows within a second.
 */
export function createClock(
  now: () => number = () => performance.now(),
  date: () => number = Date.now,
): Clock {
  let offsetMs = date() - now();
  let anchoredAt = now();

  function anchor(reading: number): void {
    anchoredAt = reading;
    const offNow = date() - reading;
    if (Math.abs(offNow - offsetMs) > TOLERANCE_MS) offsetMs = offNow;
  }

  return {
    now,
    epochMs(reading) {
      if (reading - anchoredAt > ANCHOR_AGE_MS) anchor(reading);
      return reading + offsetMs;
    },
  };
}
