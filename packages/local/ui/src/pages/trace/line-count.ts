/** The most lines of one trace that are read. */
export const MAX_LINES = 2000;

/** How many lines there are, as far as they were read. */
export function lineCountText(count: number): string {
  if (count >= MAX_LINES) return `the first ${MAX_LINES} log lines`;
  return count === 1 ? '1 log line' : `${count} log lines`;
}
