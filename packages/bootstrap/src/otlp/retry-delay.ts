/** First wait, before jitter [ms]. */
const BASE_MS = 1_000;
/** Longest wait of our own [ms]. */
const CAP_MS = 30_000;
/** No wait is shorter, whatever the jitter [ms]. */
const MIN_MS = 100;
/** Longest wait that a collector can ask for [ms]: a clock that is hours off must not stop exports for hours. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/**
 * Wait before the next attempt: exponential with full jitter, so that a thousand processes that lost their collector
 * together do not come back together.
 *
 * Formula: max(100, random × min(30,000, 1,000 × 2^failures))
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures in a row before this wait, 0 for the first
 * @param random 0 (inclusive) to 1 (exclusive)
 * @param retryAfterMs what the collector asked for [ms], up to 5 minutes; then the wait is that and up to 1 s more
 * @returns ms
 */
export function retryDelayMs(failures: number, random: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) {
    return Math.max(MIN_MS, Math.round(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) + random * BASE_MS));
  }
  return Math.max(MIN_MS, Math.round(random * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20))));
}
