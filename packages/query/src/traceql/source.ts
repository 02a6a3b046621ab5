import type { Trace } from './model.ts';

/** Both ends belong to it, since 1970 [ns]. */
export interface TimeRangeNs {
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/** Where traces come from. */
export interface TraceSource {
  /**
   * Every trace with a part in the range, whole, each once, the newest first. What is handed out is not changed later:
   * a trace that grows becomes another object.
   *
   * @param signal aborted when the query is over its time or nobody waits for it
   */
  traces(range: TimeRangeNs, signal: AbortSignal): Iterable<Trace> | AsyncIterable<Trace>;
}
