export interface PaceOptions {
  /** What may be taken in a second, in the long run. */
  readonly perSecond: number;
  /** What may be taken at once after a while without any. */
  readonly burst: number;
}

/** Says when one's turn is, so that no more is taken in a second than may be. */
export interface Pace {
  /** How long who comes now waits for its turn [ms]. */
  waitMs(): number;
  /** Something goes on that takes so much; it may be more than the burst, and those who come later wait for it. */
  take(cost: number): void;
}

/**
 * Source: the generic cell rate algorithm, ITU-T I.371
 *
 * @param nowMs of a clock that never jumps [ms]
 */
export function createPace(
  { perSecond, burst }: PaceOptions,
  nowMs: () => number = () => performance.now(),
): Pace {
  const intervalMs = 1000 / perSecond;
  const toleranceMs = intervalMs * (burst - 1);
  /** When the next one would come if all came evenly. */
  let dueMs = 0;
  return {
    waitMs: () => Math.max(0, dueMs - nowMs() - toleranceMs),
    take(cost) {
      dueMs = Math.max(dueMs, nowMs()) + intervalMs * cost;
    },
  };
}
