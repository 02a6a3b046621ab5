/** From here on the whole number of microseconds is no longer exact, and no request takes so long [µs]. */
const MAX_MICROS = 1e15;

/** The three digits of each number below 1000, with and without the zeros at their end. */
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, value) =>
  String(value).padStart(3, '0'),
);
const LAST_DIGITS: readonly string[] = THREE_DIGITS.map((digits) => digits.replace(/0+$/, ''));

/** Microseconds are as fine as the clock is worth. */
export function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

/**
 * `String(rounded(seconds))`, put together from texts that are there already: to find the shortest text of a fraction
 * costs half a microsecond.
 */
export function secondsText(seconds: number): string {
  const micros = Math.round(seconds * 1e6);
  if (!(micros >= 0 && micros < MAX_MICROS)) return String(micros / 1e6);
  const whole = Math.floor(micros / 1e6);
  const fraction = micros - whole * 1e6;
  if (fraction === 0) return String(whole);
  const millis = Math.floor(fraction / 1000);
  const rest = fraction - millis * 1000;
  return rest === 0
    ? `${whole}.${LAST_DIGITS[millis]}`
    : (whole === 0 ? '0.' : `${whole}.`) + (THREE_DIGITS[millis] ?? '') + (LAST_DIGITS[rest] ?? '');
}
