/** The oldest and the newest time that is taken, since 1970 [ms]. */
export interface TakenTimes {
  readonly oldestMs: number;
  readonly newestMs: number;
}

/**
 * How far a line or a sample may be ahead of the clock of the stack [ms].
 *
 * Source: Loki's `creation_grace_period`, and what Prometheus takes by remote write and from scraped pages
 */
export const MAX_AHEAD_MS = 600_000;

/** Times of what is not dropped as soon as it is there, nor lies in the future. */
export function takenTimes(nowMs: number, retentionMs: number): TakenTimes {
  return { oldestMs: nowMs - retentionMs, newestMs: nowMs + MAX_AHEAD_MS };
}

/** The latest moment that a `Date` can be [ms]. */
const LAST_MS = 8_640_000_000_000_000;

/** A time in seconds, as Go writes it by RFC 3339; one that no date can be is the last that can. */
export function timeText(timeMs: number): string {
  const withinMs = Math.min(Math.max(timeMs, -LAST_MS), LAST_MS);
  return new Date(withinMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
