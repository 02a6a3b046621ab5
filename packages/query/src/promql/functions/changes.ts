import { detectReset, equalHistograms, type FloatHistogram } from '../histogram/index.ts';
import { isStartReset } from './start-time.ts';
import { histogramCount, type RangeFunction, type RangeWindow } from './range-window.ts';

/** A sample in the order of time. */
interface Moment {
  readonly timeMs: number;
  readonly startMs: number;
  readonly sample: number | FloatHistogram;
}

type Differs = (before: Moment, now: Moment) => boolean;

/** How often a sample differs from the one before. */
function countOf(differsFloat: (before: number, now: number) => boolean, differs: Differs): RangeFunction {
  return (window) => {
    const first = firstSamples(window);
    if (first === undefined) return undefined;
    if (histogramCount(window) > 0 || window.series.startTimesMs !== undefined)
      return countMoments(window, first, differs);
    const { values } = window.series;
    let count = 0;
    for (let index = first.float + 1; index < window.to; index += 1) {
      if (differsFloat(values[index - 1]!, values[index]!)) count += 1;
    }
    return count;
  };
}

function countMoments(window: RangeWindow, first: First, differs: Differs): number {
  let count = 0;
  let before: Moment | undefined;
  for (const now of moments(window, first)) {
    if (before !== undefined && differs(before, now)) count += 1;
    before = now;
  }
  return count;
}

interface First {
  readonly float: number;
  readonly histogram: number;
}

/**
 * Where to begin: with `anchored`, at the last sample before the range, of whatever kind it is.
 *
 * @returns undefined when there is no sample after the start of the range
 */
function firstSamples({
  series,
  from,
  to,
  histogramFrom,
  histogramTo,
  extension,
  startMs,
}: RangeWindow): First | undefined {
  if (extension !== 'anchored') return { float: from, histogram: histogramFrom };
  const float = lastBefore(series.timesMs, from, to, startMs);
  const histogram = lastBefore(series.histogramTimesMs, histogramFrom, histogramTo, startMs);
  if (float + 1 >= to && histogram + 1 >= histogramTo) return undefined;
  const hasFloat = float >= from;
  const hasHistogram = histogram >= histogramFrom;
  if (!hasFloat && !hasHistogram) return { float: from, histogram: histogramFrom };
  const floatLast =
    !hasHistogram || (hasFloat && series.timesMs[float]! >= series.histogramTimesMs[histogram]!);
  return floatLast ? { float, histogram: histogram + 1 } : { float: float + 1, histogram };
}

function lastBefore(timesMs: Float64Array, from: number, to: number, startMs: number): number {
  let index = from;
  while (index < to && timesMs[index]! <= startMs) index += 1;
  return index - 1;
}

function* moments({ series, to, histogramTo }: RangeWindow, first: First): Generator<Moment> {
  let { float, histogram } = first;
  while (float < to || histogram < histogramTo) {
    const floatMs = float < to ? series.timesMs[float]! : Number.POSITIVE_INFINITY;
    const histogramMs =
      histogram < histogramTo ? series.histogramTimesMs[histogram]! : Number.POSITIVE_INFINITY;
    if (floatMs < histogramMs) {
      yield {
        timeMs: floatMs,
        startMs: series.startTimesMs?.[float] ?? 0,
        sample: series.values[float]!,
      };
      float += 1;
    } else {
      yield {
        timeMs: histogramMs,
        startMs: series.histogramStartTimesMs?.[histogram] ?? 0,
        sample: series.histograms[histogram]!,
      };
      histogram += 1;
    }
  }
}

function isReset(before: Moment, now: Moment): boolean {
  if (typeof before.sample === 'number' && typeof now.sample === 'number') {
    return now.sample < before.sample || isStartReset(before.startMs, before.timeMs, now.startMs, now.timeMs);
  }
  if (typeof before.sample === 'number' || typeof now.sample === 'number') return true;
  return (
    isStartReset(before.startMs, before.timeMs, now.startMs, now.timeMs) ||
    detectReset(now.sample, before.sample)
  );
}

function hasChanged(before: Moment, now: Moment): boolean {
  if (typeof before.sample === 'number' && typeof now.sample === 'number')
    return differentFloats(before.sample, now.sample);
  if (typeof before.sample === 'number' || typeof now.sample === 'number') return true;
  return !equalHistograms(now.sample, before.sample);
}

function differentFloats(before: number, now: number): boolean {
  return before !== now && !(Number.isNaN(before) && Number.isNaN(now));
}

/** Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#changes and #resets */
export const changeFunctions: Readonly<Record<string, RangeFunction>> = {
  changes: countOf(differentFloats, hasChanged),
  resets: countOf((before, now) => now < before, isReset),
};
