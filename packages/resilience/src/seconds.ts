/** Libraries count in milliseconds, metrics in seconds. */
export function secondsOf(durationMs: number): number {
  return durationMs / 1000;
}
