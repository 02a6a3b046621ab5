import type { DestinationStats } from './destination.ts';

/** Places in {@link LaneControl.flags}. Counts wrap at 2^31, so they are only ever compared by their difference. */
export const ACKNOWLEDGED = 0;
/** The number of the last flush that is done. */
export const FLUSHED = 1;
/** 1 once the thread is on its way out and will answer no more. */
export const ENDED = 2;
const FLAGS = 3;

const STATS = ['queued', 'sent', 'dropped', 'bytes', 'retried'] as const satisfies (keyof DestinationStats)[];
/** Float64 needs an offset that is a multiple of eight. */
const STATS_OFFSET_BYTES = 16;

/** Memory that a lane and its thread share: the thread writes, the main thread reads without a message. */
export interface LaneControl {
  readonly memory: SharedArrayBuffer;
  readonly flags: Int32Array<SharedArrayBuffer>;
  readonly stats: Float64Array<SharedArrayBuffer>;
}

/** @param memory the other side's, to look at the same memory */
export function laneControl(
  memory = new SharedArrayBuffer(STATS_OFFSET_BYTES + STATS.length * Float64Array.BYTES_PER_ELEMENT),
): LaneControl {
  return {
    memory,
    flags: new Int32Array(memory, 0, FLAGS),
    stats: new Float64Array(memory, STATS_OFFSET_BYTES, STATS.length),
  };
}

/** True when flush `id` is done. */
export function flushedUpTo({ flags }: LaneControl, id: number): boolean {
  return ((Atomics.load(flags, FLUSHED) - id) | 0) >= 0;
}

/** Shows the sink's counters to the main thread. An acknowledgement or a flush after it makes them visible as one. */
export function publishStats(control: LaneControl, stats: DestinationStats): void {
  for (const [at, name] of STATS.entries()) control.stats[at] = stats[name];
}

export function readStats({ stats }: LaneControl): DestinationStats {
  const [queued = 0, sent = 0, dropped = 0, bytes = 0, retried = 0] = stats;
  return { queued, sent, dropped, bytes, retried };
}
