import type { LabelMatcher, Labels } from '../labels.ts';

/** A line as it was pushed. */
export interface LogEntry {
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
  readonly line: string;
  /** Structured metadata; most lines have none, and share one empty object. */
  readonly metadata: Labels;
}

export type Direction = 'forward' | 'backward';

/** How many of the lines are before a time. */
export type LinesBefore = (timeNs: bigint) => number;

/** The lines of one stream in a range of time. */
export interface LogStream {
  readonly labels: Labels;
  /**
   * Its lines in the direction that was asked for, a batch at a time, so that a stream of any length passes in bounded
   * memory. A batch is read when the one before it is done with.
   */
  readonly batches: Iterable<readonly LogEntry[]> | AsyncIterable<readonly LogEntry[]>;
  /**
   * None of these lines is older, or with `backward` newer [ns]. A stream that says so is not read before a line of that
   * time is the next: a hundred lines of thousands of streams are found in a few of them.
   */
  readonly boundNs?: bigint;
  /**
   * Counts its lines as they are now, those outside of the range perhaps with them. A source that has it saves who only
   * counts to read them.
   *
   * @returns undefined where a line may have metadata of one of these names
   */
  readonly counter?: (metadataNames: readonly string[]) => LinesBefore | undefined;
}

export interface LogSelection {
  readonly matchers: readonly LabelMatcher[];
  /** Belongs to the range, since 1970 [ns]. */
  readonly fromNs: bigint;
  /** Does not belong to it. */
  readonly toNs: bigint;
  /** Oldest first is `forward`. */
  readonly direction: Direction;
}

/** Where log lines come from. */
export interface LogSource {
  /**
   * Every stream that fits all matchers and has lines in the range, in any order, each once.
   *
   * @param signal aborted when the query is over its time or nobody waits for it
   */
  select(selection: LogSelection, signal: AbortSignal): Iterable<LogStream> | AsyncIterable<LogStream>;
}

/** Streams alone, without their lines: what the lists of labels and series are made of. */
export interface LogIndex extends LogSource {
  /** Labels of every stream that fits all matchers and has lines in the range. */
  series(matchers: readonly LabelMatcher[], fromNs: bigint, toNs: bigint): Iterable<Labels>;
}
