import { z } from 'zod';

/** What every destination with a thread of its own can be told. */
export const laneOptionsSchema = z.strictObject({
  /** Longest wait for the sink at the end of the process [ms]. */
  exitDeadlineMs: z.int().min(0).max(600_000).default(5000),
  /** Most text on its way to the thread [bytes, for ASCII]. Later lines are dropped and counted. */
  maxInFlightBytes: z
    .int()
    .min(64 * 1024)
    .default(32 * 1024 * 1024),
  /** Whether signals that end the process flush; false when another part of the program sees to that. */
  signals: z.boolean().default(true),
});

export const workerLaneOptionsSchema = laneOptionsSchema.extend({
  /** Module that exports the sink's factory: an absolute URL. */
  module: z.union([z.instanceof(URL), z.url()]),
  /** Name of the exported `SinkFactory`. */
  factory: z.string().min(1),
  /** What the factory gets; it must survive a structured clone. */
  options: z.unknown(),
  /** Whether the sink keeps on disk what it has not delivered, so that the end of the process loses nothing. */
  isDurable: z.boolean().default(false),
  /** Most text that waits in the sink [bytes]: the thread's heap has room for it. */
  waitingBytes: z.int().min(0).default(0),
  /** The thread's name, in problems and in profiles. */
  name: z.string().min(1).default('sightline-lane'),
});
/** What a caller writes. */
export type WorkerLaneOptions = z.input<typeof workerLaneOptionsSchema>;
