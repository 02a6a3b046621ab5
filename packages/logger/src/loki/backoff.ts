/** Longest wait that a server can ask for [ms]: a clock that is hours off must not stop the lines for hours. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** How the waits grow. */
export interface BackoffCurve {
  /** No wait is shorter, whatever the jitter. */
  readonly minMs: number;
  readonly baseMs: number;
  readonly capMs: number;
}

/** For what heals by itself. */
export const OUTAGE_BACKOFF: BackoffCurve = { minMs: 50, baseMs: 500, capMs: 30_000 };

/** For what a person must correct. */
export const MISCONFIGURED_BACKOFF: BackoffCurve = { minMs: 5_000, baseMs: 15_000, capMs: 60_000 };

/**
 * Wait before the next try: exponential, with full jitter, so that a thousand processes that lost Loki together do
 * not come back together.
 *
 * Formula: max(minMs, random × min(capMs, baseMs × 2^failures))
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures tries that failed before this one, 0 for the first wait
 * @param random 0 to 1
 * @param retryAfterMs what the server asked for [ms], up to 5 minutes; then the wait is that and up to `baseMs` more
 * @returns the wait [ms], at least `minMs`
 */
export function backoffMs(
  { minMs, baseMs, capMs }: BackoffCurve,
  failures: number,
  random: number,
  retryAfterMs: number | undefined,
): number {
  if (retryAfterMs !== undefined) {
    return Math.max(minMs, Math.round(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) + random * baseMs));
  }
  const jittered = random * Math.min(capMs, baseMs * 2 ** Math.min(failures, 30));
  return Math.max(minMs, Math.round(jittered));
}
