import type { DestinationStats } from './destination.ts';
import { commonStats, noStats, rareStats } from './destination-stats.ts';

/** Places in {@link LaneControl.flags}. Counts wrap at 2^31, so they are only ever compared by their difference. */
export const ACKNOWLEDGED = 0;
/** The number of the last flush that is done. */
export const FLUSHED = 1;
/** 1 once the thread is on its way out and will answer no more. */
export const ENDED = 2;
const FLAGS = 3;

const STATS = [...commonStats, ...rareStats] as const;
/** Stands for a number that the sink does not have. */
const ABSENT = Number.NaN;
/** Float64 needs an offset that is a multiple of eight. */
const STATS_OFFSET_BYTES = 16;

/** Memory that a lane and its thread share: the thread writes, the main thread reads without a message. */
export interface LaneControl {
  readonly memory: SharedArrayBuffer;
  readonly flags: Int32Array<SharedArrayBuffer>;
  readonly stats: Float64Array<SharedArrayBuffer>;
}

/** @param shared the other side's memory, to look at the same */
export function laneControl(shared?: SharedArrayBuffer): LaneControl {
  const memory =
    shared ?? new SharedArrayBuffer(STATS_OFFSET_BYTES + STATS.length * Float64Array.BYTES_PER_ELEMENT);
  const control = {
    memory,
    flags: new Int32Array(memory, 0, FLAGS),
    stats: new Float64Array(memory, STATS_OFFSET_BYTES, STATS.length),
  };
  if (shared === undefined) publishStats(control, noStats);
  return control;
}

/** True when flush `id` is done. */
export function flushedUpTo({ flags }: LaneControl, id: number): boolean {
  return ((Atomics.load(flags, FLUSHED) - id) | 0) >= 0;
}

/** Shows the sink's counters to the main thread. An acknowledgement or a flush after it makes them visible as one. */
export function publishStats(control: LaneControl, stats: DestinationStats): void {
  for (const [at, name] of STATS.entries()) control.stats[at] = stats[name] ?? ABSENT;
}

export function readStats({ stats }: LaneControl): DestinationStats {
  const read: { -readonly [Name in keyof DestinationStats]: DestinationStats[Name] } = { ...noStats };
  for (const [at, name] of STATS.entries()) {
    const value = stats[at] ?? ABSENT;
    if (!Number.isNaN(value)) read[name] = value;
  }
  return read;
}
