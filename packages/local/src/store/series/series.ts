import type { FloatHistogram, SeriesSamples } from '@sightline/query/promql';
import type { Labels } from '@sightline/query';
import { type SealedChunk, openChunk, sealChunk } from './sealed-chunk.ts';
import { writeStaleMarker } from '@sightline/query/promql';

/** Samples that are packed together: an hour at 30 s. */
const CHUNK_SAMPLES = 120;
/** About what an open chunk, the object around it and its place in the index take besides the labels. */
const SERIES_BYTES = 600;
/** About what a native histogram takes besides its buckets. */
const HISTOGRAM_BYTES = 300;

/** One series: packed chunks, oldest first, and the samples that are not packed yet. */
export interface Series {
  readonly labels: Labels;
  /** Of the newest sample, since 1970 [ms]; -Infinity before the first. */
  lastMs: number;
  readonly sealed: SealedChunk[];
  timesMs: Float64Array;
  values: Float64Array;
  open: number;
  /** Native histograms, oldest first; a series mostly has either these or numbers. */
  readonly histograms: { readonly timeMs: number; readonly histogram: FloatHistogram }[];
}

export function createSeries(labels: Labels): Series {
  return {
    labels,
    lastMs: -Infinity,
    sealed: [],
    timesMs: new Float64Array(4),
    values: new Float64Array(4),
    open: 0,
    histograms: [],
  };
}

/** About what a new series takes [bytes]. */
export function seriesBytes(labels: Labels): number {
  let bytes = SERIES_BYTES;
  for (const [name, value] of Object.entries(labels)) bytes += 2 * (name.length + value.length) + 64;
  return bytes;
}

/**
 * Appends a sample that is newer than all before.
 *
 * @param value undefined is the stale marker
 * @returns the chunk that became full with it
 */
export function appendNumber(
  series: Series,
  timeMs: number,
  value: number | undefined,
): SealedChunk | undefined {
  if (series.open === series.timesMs.length) grow(series);
  series.timesMs[series.open] = timeMs;
  if (value === undefined) writeStaleMarker(series.values, series.open);
  else series.values[series.open] = value;
  series.open += 1;
  series.lastMs = timeMs;
  if (series.open < CHUNK_SAMPLES) return undefined;
  const chunk = sealChunk(series.timesMs, series.values, series.open);
  series.sealed.push(chunk);
  series.open = 0;
  return chunk;
}

/** Appends a native histogram that is newer than all samples before. @returns about what it takes [bytes] */
export function appendHistogram(series: Series, timeMs: number, histogram: FloatHistogram): number {
  series.histograms.push({ timeMs, histogram });
  series.lastMs = timeMs;
  return histogramBytes(histogram);
}

export function histogramBytes({ positiveBuckets, negativeBuckets, customValues }: FloatHistogram): number {
  return HISTOGRAM_BYTES + 8 * (positiveBuckets.length + negativeBuckets.length + customValues.length);
}

/** Whether any sample is left. */
export function isEmpty({ sealed, open, histograms }: Series): boolean {
  return sealed.length === 0 && open === 0 && histograms.length === 0;
}

/** The samples of a range, both ends of which belong to it; undefined when there are none. */
export function readSeries(series: Series, fromMs: number, toMs: number): SeriesSamples | undefined {
  const numbers = readNumbers(series, fromMs, toMs);
  const histograms = series.histograms.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  if (histograms.length > 0) return withHistograms(series.labels, numbers, histograms);
  return numbers.timesMs.length === 0 ? undefined : { labels: series.labels, ...numbers };
}

interface Numbers {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

function readNumbers({ sealed, timesMs, values, open }: Series, fromMs: number, toMs: number): Numbers {
  const chunks = sealed.filter(({ firstMs, lastMs }) => lastMs >= fromMs && firstMs <= toMs);
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0) + open;
  const all = { timesMs: new Float64Array(count), values: new Float64Array(count) };
  let at = 0;
  for (const chunk of chunks) {
    openChunk(chunk, all.timesMs, all.values, at);
    at += chunk.count;
  }
  all.timesMs.set(timesMs.subarray(0, open), at);
  all.values.set(values.subarray(0, open), at);
  const start = firstAtOrAfter(all.timesMs, fromMs);
  const end = firstAtOrAfter(all.timesMs, toMs + 1);
  return { timesMs: all.timesMs.subarray(start, end), values: all.values.subarray(start, end) };
}

/** Index of the first time that is not before the moment; times are whole milliseconds. */
function firstAtOrAfter(timesMs: Float64Array, momentMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) < momentMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers and histograms in one row of times; no two samples of a series have the same. */
function withHistograms(labels: Labels, numbers: Numbers, histograms: Series['histograms']): SeriesSamples {
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
      timesMs[at] = numbers.timesMs[number] ?? 0;
      values.set(numbers.values.subarray(number, number + 1), at);
      merged.push(undefined);
      number += 1;
    }
  }
  return { labels, timesMs, values, histograms: merged };
}

function grow(series: Series): void {
  const capacity = Math.min(CHUNK_SAMPLES, series.timesMs.length * 2);
  const timesMs = new Float64Array(capacity);
  timesMs.set(series.timesMs);
  const values = new Float64Array(capacity);
  // Between arrays of one type bytes are copied: a stale marker stays one.
  values.set(series.values);
  series.timesMs = timesMs;
  series.values = values;
}
