import type { DestinationStats } from './destination.ts';

/** Something that went wrong on the way and that a person should read, once. Holds no secret. */
export interface SinkProblem {
  /** Stable: `SIGHTLINE_LOKI_REJECTED`. */
  readonly code: string;
  /** One sentence: what happened, what it means for the lines, what to do. */
  readonly message: string;
}

/** The far side of a destination that works off the main thread: takes lines to a Loki or a file. */
export interface Sink {
  /** Takes one or more whole lines, each with its newline. Never throws; memory is bounded inside. */
  write(lines: string): void;
  /** Resolves when all that was written before has arrived or was given up on. Never rejects. */
  flush(): Promise<void>;
  /** Flushes for at most `deadlineMs` [ms], counts what is left as dropped (unless it is kept on disk), releases all. */
  close(deadlineMs: number): Promise<void>;
  stats(): DestinationStats;
}

/** Builds a sink from options that survive a structured clone. Named by module URL, so a worker can import it. */
export type SinkFactory<Options> = (
  options: Options,
  report: (problem: SinkProblem) => void,
) => Sink | Promise<Sink>;
