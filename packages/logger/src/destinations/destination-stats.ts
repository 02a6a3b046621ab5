import type { DestinationStats } from './destination.ts';

export const noStats: DestinationStats = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };

export function sumStats(one: DestinationStats, other: DestinationStats): DestinationStats {
  return {
    queued: one.queued + other.queued,
    sent: one.sent + other.sent,
    dropped: one.dropped + other.dropped,
    bytes: one.bytes + other.bytes,
    retried: one.retried + other.retried,
  };
}
