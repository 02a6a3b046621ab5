/** What is known of how much a collector, or a proxy before it, takes at a time. */
export interface SizeLimit {
  /** Whether it is known that so much is too much. */
  isAbove(size: number): boolean;
  /** So much was too much. */
  refused(size: number): void;
  /** What cannot be made smaller was too much as well. */
  refusedSingle(): void;
  /** Something was taken. */
  stored(): void;
}

/** For so long what was too much counts; then it is tried again [ms]. */
const COUNTS_MS = 60_000;

/** @param now ms since 1970 */
export function createSizeLimit(now: () => number): SizeLimit {
  let least = Infinity;
  let countsUntilMs = -Infinity;
  /** Whether anything was taken since something was too much. */
  let tookSmaller = false;
  /** Until when nothing is made smaller, as nothing was small enough. */
  let hopelessUntilMs = -Infinity;
  return {
    isAbove: (size) => size >= least && now() < countsUntilMs && now() >= hopelessUntilMs,
    refused(size) {
      const nowMs = now();
      if (nowMs >= countsUntilMs) {
        least = Infinity;
        tookSmaller = false;
      }
      least = Math.min(least, size);
      countsUntilMs = nowMs + COUNTS_MS;
    },
    refusedSingle() {
      if (!tookSmaller) hopelessUntilMs = now() + COUNTS_MS;
    },
    stored() {
      tookSmaller = true;
    },
  };
}
