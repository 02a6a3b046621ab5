import type { Intervals } from './interval.ts';

/** Most spans that stand for the others in one part of the range. */
const perBucket = 2;

/** Spreads exemplars over the range: whether one more of this time is taken. */
export interface ExemplarBudget {
  readonly isFull: () => boolean;
  take(timeMs: number): boolean;
}

export function createExemplarBudget(limit: number, intervals: Intervals): ExemplarBudget {
  // A single value has no room for any.
  const total = intervals.instant ? 0 : limit;
  const buckets = Array.from({ length: Math.max(Math.floor(total / perBucket), 1) }, () => 0);
  const startMs = Number(intervals.startNs / 1_000_000n);
  const widthMs = Math.max(Math.floor((Number(intervals.endNs / 1_000_000n) - startMs) / buckets.length), 1);
  let taken = 0;
  return {
    isFull: () => taken >= total,
    take(timeMs) {
      const bucket = Math.min(Math.floor((timeMs - startMs) / widthMs), buckets.length - 1);
      const count = buckets[bucket]!;
      if (taken >= total || count >= perBucket) return false;
      buckets[bucket] = count + 1;
      taken += 1;
      return true;
    },
  };
}
