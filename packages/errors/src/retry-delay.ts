/** Longest wait that a server can ask for [ms]: a clock that is hours off must not stop deliveries for hours. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** How the waits between tries grow. */
export interface RetryCurve {
  /** No wait is shorter, whatever the jitter. */
  readonly minMs: number;
  /** First wait, before jitter. */
  readonly baseMs: number;
  /** Longest wait of our own. */
  readonly capMs: number;
}

/**
 * Wait before the next try: exponential, with full jitter, so that a thousand processes that lost their backend together do
 * not come back together.
 *
 * Formula: max(minMs, random × min(capMs, baseMs × 2^failures))
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures tries that failed in a row before this wait, 0 for the first
 * @param random 0 to 1
 * @param retryAfterMs what the server asked for [ms], up to 5 minutes; then the wait is that and up to `baseMs` more
 * @returns the wait, whole [ms], at least `minMs`
 */
export function retryDelayMs(
  { minMs, baseMs, capMs }: RetryCurve,
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
