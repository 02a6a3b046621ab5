import type { Labels } from '@sightline/query';
import type { FloatHistogram, SeriesSamples } from '@sightline/query/promql';
import type { HistogramSample } from './histograms.ts';

/** Samples in one array that many series share the memory of. */
const SHARED_SAMPLES = 4096;

interface Numbers {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

interface SampleArrays extends Numbers {
  /** Those of a range, both ends of which belong to it. */
  within(fromMs: number, toMs: number): Numbers;
}

/** Gives arrays for samples that are read: of a hundred thousand series with two each, not one buffer each. */
export function createSampleArrays(): { take(count: number): SampleArrays } {
  let shared = new Float64Array(0);
  let used = 0;
  return {
    take(count) {
      if (used + 2 * count > shared.length) {
        shared = new Float64Array(2 * Math.max(SHARED_SAMPLES, count));
        used = 0;
      }
      const timesMs = shared.subarray(used, used + count);
      const values = shared.subarray(used + count, used + 2 * count);
      used += 2 * count;
      return {
        timesMs,
        values,
        within(fromMs, toMs) {
          const start = firstAtOrAfter(timesMs, fromMs);
          const end = firstAtOrAfter(timesMs, toMs + 1);
          if (start === 0 && end === count) return { timesMs, values };
          return { timesMs: timesMs.subarray(start, end), values: values.subarray(start, end) };
        },
      };
    },
  };
}

/** Index of the first time that is not before the moment; times are whole milliseconds. */
function firstAtOrAfter(timesMs: Float64Array, momentMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesMs[middle]! < momentMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers and histograms in one row of times; no two samples of a series have the same. */
export function mergeHistograms(
  labels: Labels,
  numbers: Numbers,
  histograms: readonly HistogramSample[],
): SeriesSamples {
  const count = numbers.timesMs.length + histograms.length;
  const timesMs = new Float64Array(count);
  const values = new Float64Array(count);
  const merged: (FloatHistogram | undefined)[] = [];
  let next = 0;
  let number = 0;
  for (let at = 0; at < count; at++) {
    const histogram = histograms[next];
    if (histogram !== undefined && histogram.timeMs <= (numbers.timesMs[number] ?? Infinity)) {
      timesMs[at] = histogram.timeMs;
      merged.push(histogram.histogram);
      next += 1;
    } else {
      timesMs[at] = numbers.timesMs[number]!;
      values.set(numbers.values.subarray(number, number + 1), at);
      merged.push(undefined);
      number += 1;
    }
  }
  return { labels, timesMs, values, histograms: merged };
}
