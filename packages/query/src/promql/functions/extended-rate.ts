import {
  addHistograms,
  compactHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  hasCustomBounds,
  subtractHistograms,
} from '../histogram/index.ts';
import { messages } from '../messages.ts';
import { interpolate, interpolateHistograms } from './interpolate.ts';
import { metricName, type RangeReport, type RangeWindow } from './range-window.ts';
import type { RateKind } from './rate.ts';

/** The samples that an extended range begins and ends with. */
export interface Edges {
  readonly first: number;
  readonly last: number;
}

/**
 * With `anchored` from the last sample before the range to the last in it, with `smoothed` from there to the first
 * after it.
 *
 * @returns undefined when there is nothing in the range
 */
export function edgesOf(
  timesMs: Float64Array,
  from: number,
  to: number,
  window: RangeWindow,
): Edges | undefined {
  const { startMs, endMs, extension } = window;
  let last = to - 1;
  let first = from;
  while (first < last && timesMs[first]! <= startMs) first += 1;
  first = Math.max(from, first - 1);
  if (extension === 'smoothed') {
    let index = from;
    while (index < last && timesMs[index]! < endMs) index += 1;
    last = index;
  }
  if (timesMs[last]! <= startMs) return undefined;
  if (extension === 'smoothed' && timesMs[first]! > endMs) return undefined;
  return { first, last };
}

/** `rate`, `increase` and `delta` of floats with `anchored` or `smoothed`. */
export function extendedFloatRate(window: RangeWindow, { isCounter, isRate }: RateKind): number | undefined {
  const { series, from, to, startMs, endMs, rangeMs } = window;
  const { timesMs, values } = series;
  const edges = edgesOf(timesMs, from, to, window);
  if (edges === undefined) return undefined;
  let { first, last } = edges;
  const left = leftValue(window, first, isCounter);
  const right = rightValue(window, last, isCounter);
  let change = right - left;
  if (isCounter) {
    if (timesMs[first]! <= startMs) first += 1;
    if (timesMs[last]! >= endMs) last -= 1;
    let before = left;
    for (let index = first; index <= last; index += 1) {
      const value = values[index]!;
      if (value < before) change += before;
      before = value;
    }
    if (right < before) change += before;
  }
  return isRate ? change / (rangeMs / 1000) : change;
}

export function leftValue(
  { series, extension, startMs, from }: RangeWindow,
  first: number,
  isCounter: boolean,
): number {
  const { timesMs, values } = series;
  const smooth = extension === 'smoothed' && timesMs[first]! < startMs && first >= from;
  return smooth ? interpolate(timesMs, values, first, startMs, isCounter) : values[first]!;
}

export function rightValue(
  { series, extension, endMs, from }: RangeWindow,
  last: number,
  isCounter: boolean,
): number {
  const { timesMs, values } = series;
  const smooth = extension === 'smoothed' && last > from && timesMs[last]! > endMs;
  return smooth ? interpolate(timesMs, values, last - 1, endMs, isCounter) : values[last]!;
}

/** The same of native histograms. */
export function extendedHistogramRate(
  window: RangeWindow,
  kind: RateKind,
  report: RangeReport,
): FloatHistogram | undefined {
  const { series, histogramFrom, histogramTo, startMs, endMs, rangeMs, extension } = window;
  const { notes, position } = report;
  const name = metricName(window);
  const { histograms, histogramTimesMs: times } = series;
  const edges = edgesOf(times, histogramFrom, histogramTo, window);
  if (edges === undefined) return undefined;
  const { first, last } = edges;
  const points = histograms.slice(first, last + 1);
  if (!areOfOneKind(points)) return mixed(name, report);
  if (kind.isCounter && points.some(({ counterReset }) => counterReset === 'gauge'))
    notes.warn(messages.notCounter(name), position);
  const smooth = extension === 'smoothed';
  const at = (index: number): FloatHistogram => histograms[index]!;
  const between = (index: number, timeMs: number): FloatHistogram =>
    interpolateHistograms(
      at(index),
      times[index]!,
      at(index + 1),
      times[index + 1]!,
      timeMs,
      kind.isCounter,
      report,
    );
  const left = smooth && times[first]! < startMs ? between(first, startMs) : at(first);
  const right = smooth && last > histogramFrom && times[last]! > endMs ? between(last - 1, endMs) : at(last);
  if (!kind.isCounter && (left.counterReset !== 'gauge' || right.counterReset !== 'gauge')) {
    notes.warn(messages.notGauge(name), position);
  }
  let total = difference(right, left, report);
  if (kind.isCounter) total = withResets(window, edges, left, right, total, report);
  const change = kind.isRate ? divideHistogram(total, rangeMs / 1000) : total;
  return compactHistogram({ ...change, counterReset: 'gauge' });
}

function withResets(
  window: RangeWindow,
  { first, last }: Edges,
  left: FloatHistogram,
  right: FloatHistogram,
  change: FloatHistogram,
  report: RangeReport,
): FloatHistogram {
  const { histograms, histogramTimesMs: times } = window.series;
  let from = first + 1;
  let before = left;
  if (window.extension === 'smoothed' && times[first]! < window.startMs) {
    // The left edge lies between these two, so their reset is in it already.
    const next = histograms[first + 1]!;
    if (detectReset(next, histograms[first]!)) {
      before = next;
      from += 1;
    }
  }
  if (from > last) return change;
  let correction: FloatHistogram | undefined;
  for (const point of [...histograms.slice(from, last), right]) {
    if (detectReset(point, before))
      correction = correction === undefined ? before : sum(correction, before, report);
    before = point;
  }
  return correction === undefined ? change : sum(change, correction, report);
}

/** Of two of one kind, as all points of the range are by then. */
function sum(left: FloatHistogram, right: FloatHistogram, { notes, position }: RangeReport): FloatHistogram {
  const result = addHistograms(left, right)!;
  if (result.boundsReconciled) notes.info(messages.reconciledBounds('addition'), position);
  return result.histogram;
}

function difference(
  left: FloatHistogram,
  right: FloatHistogram,
  { notes, position }: RangeReport,
): FloatHistogram {
  const result = subtractHistograms(left, right)!;
  if (result.boundsReconciled) notes.info(messages.reconciledBounds('subtraction'), position);
  return result.histogram;
}

function areOfOneKind(points: readonly FloatHistogram[]): boolean {
  return new Set(points.map(hasCustomBounds)).size === 1;
}

function mixed(name: string, { notes, position }: RangeReport): undefined {
  notes.warn(messages.mixedSchemas(name), position);
  return undefined;
}
