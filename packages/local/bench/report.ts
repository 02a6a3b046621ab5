/** What a line with a report begins with. */
export const REPORT = 'usage ';

/** What the process takes, and took. */
export interface Usage {
  readonly residentBytes: number;
  /** The most that was resident since its start. */
  readonly peakBytes: number;
  readonly heapBytes: number;
  /** Longest time for which the event loop stood still since the last report [ms]. */
  readonly longestBlockMs: number;
}
