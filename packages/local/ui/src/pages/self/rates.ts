/** Counts at a moment. */
export interface Reading {
  /** Since 1970 [ms]. */
  readonly atMs: number;
  readonly counts: Readonly<Record<string, number>>;
}

const KEPT_MS = 60_000;

/**
 * The readings of the last minute with a new one. A count that went down is that of a new process: what was before it
 * says nothing any more.
 */
export function withReading(before: readonly Reading[], reading: Reading): readonly Reading[] {
  const last = before.at(-1);
  if (last !== undefined && reading.atMs <= last.atMs) return before;
  const restarted =
    last !== undefined &&
    Object.entries(last.counts).some(([name, count]) => (reading.counts[name] ?? 0) < count);
  const kept = restarted ? [] : before.filter(({ atMs }) => reading.atMs - atMs <= KEPT_MS);
  return [...kept, reading];
}

/** How much of a count came in a second, over the last minute or what is known of it; undefined with one reading only. */
export function ratePerSecond(readings: readonly Reading[], name: string): number | undefined {
  const [first] = readings;
  const last = readings.at(-1);
  if (first === undefined || last === undefined || first.atMs === last.atMs) return undefined;
  return (((last.counts[name] ?? 0) - (first.counts[name] ?? 0)) * 1000) / (last.atMs - first.atMs);
}
