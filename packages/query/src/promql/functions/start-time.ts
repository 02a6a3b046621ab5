/**
 * Whether a counter began anew between two samples, by the times at which they say that they started [ms]; 0 is unknown.
 * A start at the time of the sample before is a reset of a series of differences, whose samples all start anew.
 */
export function isStartReset(
  beforeStartMs: number,
  beforeMs: number,
  startMs: number,
  timeMs: number,
): boolean {
  if (startMs === 0 || startMs >= timeMs || startMs < beforeMs) return false;
  if (startMs > beforeMs) return true;
  return beforeStartMs <= beforeMs && beforeStartMs !== 0 && beforeStartMs !== beforeMs;
}

/** Whether a sample says that it started before the one before it was taken, and yet at another time than that one. */
export function overlapsBefore(beforeStartMs: number, beforeMs: number, startMs: number): boolean {
  return startMs !== 0 && startMs < beforeMs && startMs !== beforeStartMs;
}
