export type DestinationKind = 'stdout' | 'file' | 'loki' | 'otlp';

/** What a logger writes to: a stream as pino knows it, with an end at which nothing is lost. */
export interface Destination {
  /** What it is, for the label `destination` of metrics. Absent: `other`. */
  readonly kind?: DestinationKind | undefined;
  /** Takes one or more whole lines, each with its newline. Never throws, never waits. */
  write(lines: string): void;
  /**
   * Hands over all that was written, without an event loop, and waits until it has left.
   *
   * @param deadlineMs longest wait [ms]; by default the destination's `exitDeadlineMs`, and 0 hands over only
   */
  flushSync(deadlineMs?: number): void;
  /** Calls back when all that was written before has left or was given up on, and counted. */
  flush(callback?: (error?: Error) => void): void;
  /** Flushes within `deadlineMs` [ms], then lets go of descriptors, timers and threads. */
  close(deadlineMs?: number): Promise<void>;
  /** What it did so far, as counters. */
  stats(): DestinationStats;
}

/** Counters since the start. `lines` are written = sent + dropped + queued. */
export interface DestinationStats {
  /** Lines taken and not yet delivered. */
  readonly queued: number;
  /** Lines delivered. */
  readonly sent: number;
  /** Lines given up on, for whatever reason. */
  readonly dropped: number;
  /** Bytes delivered, before compression. */
  readonly bytes: number;
  /** Repeated attempts. */
  readonly retried: number;
  /** Lines that the far side refused for good, part of `dropped`; absent where it refuses none. */
  readonly rejected?: number;
  /** Room on disk that lines take now [bytes]; absent where none wait on disk. */
  readonly spoolBytes?: number;
  /** Room on disk that they may take [bytes]; 0 without a spool. */
  readonly spoolLimitBytes?: number;
}
