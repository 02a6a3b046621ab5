import { writeStaleMarker } from '@sightline/query/promql';
import { grown } from './grown.ts';
import { type SampleSlots, createSampleSlots } from './sample-slots.ts';

/** Few at first, as most series have few; then as many as are packed at once. */
const FIRST_SAMPLES = 4;
const MAX_SAMPLES = 16;

/** Samples of all series that are not packed yet, by the numbers of the series. */
export interface OpenSamples {
  count(id: number): number;
  isFull(id: number): boolean;
  /** -Infinity without a sample. */
  lastMs(id: number): number;
  /** Undefined without a sample. */
  firstMs(id: number): number | undefined;
  /** @param value undefined is the stale marker */
  append(id: number, timeMs: number, value: number | undefined): void;
  /** Copies the samples of a series to where they are wanted. */
  copy(id: number, timesMs: Float64Array, values: Float64Array, offset: number): void;
  /** Empties what a series has, ready for more. */
  clear(id: number): void;
  /** Gives its room back. */
  remove(id: number): void;
  /** What the slots in use take [bytes]. */
  bytes(): number;
}

export function createOpenSamples(): OpenSamples {
  const small = createSampleSlots(FIRST_SAMPLES);
  const large = createSampleSlots(MAX_SAMPLES);
  /** The number of the slot plus one; 0 without. */
  let slots = new Uint32Array(64);
  let isLarge = new Uint8Array(64);
  let counts = new Uint8Array(64);
  let bytes = 0;

  function slotsOf(id: number): SampleSlots {
    return isLarge[id] === 1 ? large : small;
  }

  function take(id: number): void {
    slots[id] = slotsOf(id).take() + 1;
    bytes += slotsOf(id).capacity * 16;
  }

  function give(id: number): void {
    const slot = slots[id]!;
    if (slot === 0) return;
    slotsOf(id).give(slot - 1);
    bytes -= slotsOf(id).capacity * 16;
    slots[id] = 0;
  }

  function reserve(id: number): void {
    if (id >= slots.length) {
      const length = Math.max(id + 1, Math.ceil(slots.length * 1.5));
      slots = grown(slots, new Uint32Array(length));
      isLarge = grown(isLarge, new Uint8Array(length));
      counts = grown(counts, new Uint8Array(length));
    }
    if (slots[id] === 0) take(id);
    else if (isLarge[id] === 0 && counts[id] === FIRST_SAMPLES) {
      const from = small.of(slots[id]! - 1);
      const at = small.offset(slots[id]! - 1);
      const times = from.slice(at, at + FIRST_SAMPLES);
      const values = from.slice(at + FIRST_SAMPLES, at + 2 * FIRST_SAMPLES);
      give(id);
      isLarge[id] = 1;
      take(id);
      const to = large.of(slots[id]! - 1);
      const offset = large.offset(slots[id]! - 1);
      // Between arrays of one type bytes are copied: a stale marker stays one.
      to.set(times, offset);
      to.set(values, offset + MAX_SAMPLES);
    }
  }

  /** A series that has had none but native histograms has no place here. */
  const countOf = (id: number): number => counts[id] ?? 0;

  return {
    count: countOf,
    isFull: (id) => counts[id] === MAX_SAMPLES,
    lastMs(id) {
      const count = countOf(id);
      if (count === 0) return -Infinity;
      const { of, offset } = slotsOf(id);
      const slot = slots[id]! - 1;
      return of(slot)[offset(slot) + count - 1]!;
    },
    firstMs(id) {
      if (countOf(id) === 0) return undefined;
      const { of, offset } = slotsOf(id);
      const slot = slots[id]! - 1;
      return of(slot)[offset(slot)];
    },
    append(id, timeMs, value) {
      reserve(id);
      const { capacity, of, offset } = slotsOf(id);
      const slot = slots[id]! - 1;
      const samples = of(slot);
      const at = offset(slot) + counts[id]!;
      samples[at] = timeMs;
      if (value === undefined) writeStaleMarker(samples, at + capacity);
      else samples[at + capacity] = value;
      counts[id] = counts[id]! + 1;
    },
    copy(id, timesMs, values, to) {
      const count = countOf(id);
      if (count === 0) return;
      const slot = slots[id]! - 1;
      const { capacity, of, offset } = slotsOf(id);
      const samples = of(slot);
      const at = offset(slot);
      timesMs.set(samples.subarray(at, at + count), to);
      values.set(samples.subarray(at + capacity, at + capacity + count), to);
    },
    clear(id) {
      counts[id] = 0;
    },
    remove(id) {
      if (id >= counts.length) return;
      give(id);
      counts[id] = 0;
      isLarge[id] = 0;
    },
    bytes: () => bytes,
  };
}
