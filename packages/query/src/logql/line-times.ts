import type { LinesBefore, LogEntry } from './log-source.ts';
import { type PackedEntries, timesOf } from './pack-entries.ts';

/** Of lines as they are now, whatever is added to their list later. */
export function linesBefore(entries: readonly LogEntry[]): LinesBefore {
  const times = BigInt64Array.from(entries, ({ timeNs }) => timeNs);
  return (timeNs) => placeOf(times, timeNs);
}

/** Of packed lines; where all or none of them are before the time, nothing is read. @param dropped lines at its beginning that are gone */
export function packedLinesBefore(packed: PackedEntries, dropped: number): LinesBefore {
  let times: BigInt64Array | undefined;
  return (timeNs) => {
    if (timeNs <= packed.firstNs) return 0;
    if (timeNs > packed.lastNs) return packed.count - dropped;
    times ??= timesOf(packed);
    return Math.max(0, placeOf(times, timeNs) - dropped);
  };
}

/** Place of the first time that is not before another. */
function placeOf(times: BigInt64Array, timeNs: bigint): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
