import type { DestinationStats } from './destination.ts';

/** Numbers that every destination has. */
export const commonStats = ['queued', 'sent', 'dropped', 'bytes', 'retried'] as const;
/** Those that only some have. */
export const rareStats = ['rejected', 'spoolBytes', 'spoolLimitBytes'] as const;

export const noStats: DestinationStats = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };

export function sumStats(one: DestinationStats, other: DestinationStats): DestinationStats {
  const sum: { -readonly [Name in keyof DestinationStats]: DestinationStats[Name] } = { ...one };
  for (const name of commonStats) sum[name] += other[name];
  for (const name of rareStats) {
    const more = other[name];
    if (more !== undefined) sum[name] = (sum[name] ?? 0) + more;
  }
  return sum;
}

/** What a destination did that is no more: nothing of it waits, and no disk is its own. */
export function withoutHeld({ spoolBytes, spoolLimitBytes, ...done }: DestinationStats): DestinationStats {
  return {
    ...done,
    queued: 0,
    ...(spoolBytes !== undefined && { spoolBytes: 0 }),
    ...(spoolLimitBytes !== undefined && { spoolLimitBytes: 0 }),
  };
}
