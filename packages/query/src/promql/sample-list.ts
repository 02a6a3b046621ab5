import type { FloatHistogram } from './histogram/index.ts';
import type { SeriesSamples } from './source.ts';
import { writeStaleMarker } from './stale-marker.ts';

/** Samples of one series in the order of time, in arrays that grow. */
export interface SampleList {
  append(timeMs: number, sample: number | FloatHistogram, startMs: number): boolean;
  appendStale(timeMs: number): boolean;
  /** Views of the samples from one time to another, both belonging to it; undefined when there are none. */
  between(fromMs: number, toMs: number): Omit<SeriesSamples, 'labels'> | undefined;
}

export function createSampleList(): SampleList {
  let timesMs = new Float64Array(16);
  let values = new Float64Array(16);
  let histograms: (FloatHistogram | undefined)[] | undefined;
  let startTimesMs: Float64Array<ArrayBuffer> | undefined;
  let length = 0;

  /** Index for a sample of that time; undefined when it comes too late. */
  function place(timeMs: number): number | undefined {
    const last = timesMs[length - 1]!;
    if (length > 0 && timeMs <= last) return timeMs === last ? length - 1 : undefined;
    if (length === timesMs.length) {
      timesMs = grown(timesMs);
      values = grown(values);
      startTimesMs = startTimesMs && grown(startTimesMs);
    }
    timesMs[length] = timeMs;
    length += 1;
    return length - 1;
  }

  return {
    append(timeMs, sample, startMs) {
      const index = place(timeMs);
      if (index === undefined) return false;
      values[index] = typeof sample === 'number' ? sample : 0;
      if (typeof sample !== 'number') histograms ??= [];
      if (histograms !== undefined) histograms[index] = typeof sample === 'number' ? undefined : sample;
      if (startMs !== 0) startTimesMs ??= new Float64Array(timesMs.length);
      if (startTimesMs !== undefined) startTimesMs[index] = startMs;
      return true;
    },
    appendStale(timeMs) {
      const index = place(timeMs);
      if (index === undefined) return false;
      writeStaleMarker(values, index);
      if (histograms !== undefined) histograms[index] = undefined;
      return true;
    },
    between(fromMs, toMs) {
      const from = firstAtLeast(timesMs, length, fromMs);
      const to = firstAtLeast(timesMs, length, toMs + 0.5);
      if (from >= to) return undefined;
      return {
        timesMs: timesMs.subarray(from, to),
        values: values.subarray(from, to),
        histograms: histograms && Array.from({ length: to - from }, (_, at) => histograms?.[from + at]),
        startTimesMs: startTimesMs?.subarray(from, to),
      };
    },
  };
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

function firstAtLeast(timesMs: Float64Array, length: number, timeMs: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
