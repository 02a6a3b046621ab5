import { addHistograms, type FloatHistogram, multiplyHistogram } from '../histogram/index.ts';
import { overlapDetail, messages } from '../messages.ts';
import { extendedFloatRate, extendedHistogramRate } from './extended-rate.ts';
import { histogramIncrease } from './histogram-rate.ts';
import {
  floatCount,
  histogramCount,
  metricName,
  type RangeFunction,
  type RangeReport,
  type RangeWindow,
} from './range-window.ts';
import { isStartReset, overlapsBefore } from './start-time.ts';

/** What of the three functions is wanted. */
export interface RateKind {
  /** Falls are resets. */
  readonly isCounter: boolean;
  /** A second, else over the whole range. */
  readonly isRate: boolean;
}

/** The change between the first and the last sample, before it is extended to the edges of the range. */
interface Change {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly samples: number;
  /** When the first sample says that it started [ms]; 0 is unknown. */
  readonly startMs: number;
  /** Undefined when there is one sample only. */
  readonly change: number | FloatHistogram | undefined;
  readonly first: number | FloatHistogram;
}

/**
 * Change of a series over a range, extended to the edges of the range where samples come close to them.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export function rateFunction(kind: RateKind): RangeFunction {
  return (window, _args, report) => {
    const floats = floatCount(window);
    const histograms = histogramCount(window);
    if (floats > 0 && histograms > 0) {
      report.notes.warn(messages.mixedFloatsHistograms(metricName(window)), report.position);
      return undefined;
    }
    if (window.extension !== 'none') {
      if (floats > 0) return extendedFloatRate(window, kind);
      return histograms > 0 ? extendedHistogramRate(window, kind, report) : undefined;
    }
    const change = histograms > 0 ? histogramChange(window, kind, report) : floatChange(window, kind, report);
    return change === undefined ? undefined : extrapolated(window, kind, change, report);
  };
}

function floatChange(window: RangeWindow, { isCounter }: RateKind, report: RangeReport): Change | undefined {
  const { series, from, to } = window;
  const { values, timesMs, startTimesMs } = series;
  if (to === from) return undefined;
  const first = values[from] ?? 0;
  let change = (values[to - 1] ?? 0) - first;
  if (isCounter) {
    for (let index = from + 1; index < to; index += 1) {
      const before = values[index - 1] ?? 0;
      if (
        (values[index] ?? 0) < before ||
        (startTimesMs !== undefined && restarted(timesMs, startTimesMs, index))
      ) {
        change += before;
      }
    }
    if (startTimesMs !== undefined) tellOverlap(window, timesMs, startTimesMs, report);
  }
  return {
    firstMs: timesMs[from] ?? 0,
    lastMs: timesMs[to - 1] ?? 0,
    samples: to - from,
    startMs: startTimesMs?.[from] ?? 0,
    change,
    first,
  };
}

function restarted(timesMs: Float64Array, startTimesMs: Float64Array, index: number): boolean {
  return isStartReset(
    startTimesMs[index - 1] ?? 0,
    timesMs[index - 1] ?? 0,
    startTimesMs[index] ?? 0,
    timesMs[index] ?? 0,
  );
}

function tellOverlap(
  window: RangeWindow,
  timesMs: Float64Array,
  startTimesMs: Float64Array,
  { notes, position }: RangeReport,
): void {
  for (let index = window.from + 1; index < window.to; index += 1) {
    if (!overlapsBefore(startTimesMs[index - 1] ?? 0, timesMs[index - 1] ?? 0, startTimesMs[index] ?? 0))
      continue;
    notes.warn(messages.startTimeOverlap(metricName(window)), position, overlapDetail());
    return;
  }
}

function histogramChange(
  window: RangeWindow,
  { isCounter }: RateKind,
  report: RangeReport,
): Change | undefined {
  const { series, histogramFrom, histogramTo } = window;
  const { histogramTimesMs, histograms, histogramStartTimesMs } = series;
  const first = histograms[histogramFrom];
  if (first === undefined) return undefined;
  const samples = histogramTo - histogramFrom;
  const change = samples > 1 ? histogramIncrease(window, isCounter, report) : undefined;
  if (samples > 1 && change === undefined) return undefined;
  return {
    firstMs: histogramTimesMs[histogramFrom] ?? 0,
    lastMs: histogramTimesMs[histogramTo - 1] ?? 0,
    samples,
    startMs: histogramStartTimesMs?.[histogramFrom] ?? 0,
    change,
    first,
  };
}

function extrapolated(
  window: RangeWindow,
  { isCounter, isRate }: RateKind,
  found: Change,
  report: RangeReport,
): number | FloatHistogram | undefined {
  const { firstMs, lastMs, samples, startMs, first } = found;
  let { change } = found;
  let sampledSeconds = (lastMs - firstMs) / 1000;
  let startSeconds = (firstMs - window.startMs) / 1000;
  let endSeconds = (window.endMs - lastMs) / 1000;
  const betweenSeconds = samples > 1 ? sampledSeconds / (samples - 1) : 0;
  const thresholdSeconds = betweenSeconds * 1.1;
  if (isCounter && startMs !== 0 && startMs > window.startMs && startMs < firstMs) {
    // It is known when the counter was 0, so nothing has to be guessed on that side.
    startSeconds = 0;
    sampledSeconds = (lastMs - startMs) / 1000;
    change = fromZero(window, change, first, report);
    if (change === undefined) return undefined;
  } else if (samples < 2 || change === undefined) {
    return undefined;
  } else {
    const far = startSeconds >= thresholdSeconds;
    if (far) startSeconds = betweenSeconds / 2;
    if (isCounter) {
      const zeroSeconds = secondsToZero(change, first, sampledSeconds, startSeconds);
      // Version 2 looks at the zero before it looks at the threshold, so it may go farther back than half a step.
      const farAsZero = far && window.compatibility === 2 && zeroSeconds < thresholdSeconds;
      if (farAsZero || zeroSeconds < startSeconds) startSeconds = zeroSeconds;
    }
  }
  if (endSeconds >= thresholdSeconds) endSeconds = betweenSeconds / 2;
  let factor = sampledSeconds === 0 ? 1 : (sampledSeconds + startSeconds + endSeconds) / sampledSeconds;
  if (isRate) factor /= window.rangeMs / 1000;
  return typeof change === 'number' ? change * factor : multiplyHistogram(change, factor);
}

/** The first sample is itself a change, from the 0 at the start of the counter. */
function fromZero(
  window: RangeWindow,
  change: number | FloatHistogram | undefined,
  first: number | FloatHistogram,
  { notes, position }: RangeReport,
): number | FloatHistogram | undefined {
  if (typeof first === 'number') return (typeof change === 'number' ? change : 0) + first;
  if (change === undefined || typeof change === 'number') return first;
  const sum = addHistograms(change, first);
  if (sum === undefined) notes.warn(messages.mixedSchemas(metricName(window)), position);
  else if (sum.boundsReconciled) notes.info(messages.reconciledBounds('addition'), position);
  return sum?.histogram;
}

/** A counter is not below 0: how long ago it would have been 0 at this pace, when that can be told. */
function secondsToZero(
  change: number | FloatHistogram,
  first: number | FloatHistogram,
  sampledSeconds: number,
  otherwise: number,
): number {
  if (typeof change === 'number' && typeof first === 'number') {
    return change > 0 && first >= 0 ? sampledSeconds * (first / change) : otherwise;
  }
  if (typeof change === 'number' || typeof first === 'number') return otherwise;
  return change.count > 0 && first.count >= 0 ? sampledSeconds * (first.count / change.count) : otherwise;
}

export const rateFunctions: Readonly<Record<string, RangeFunction>> = {
  delta: rateFunction({ isCounter: false, isRate: false }),
  increase: rateFunction({ isCounter: true, isRate: false }),
  rate: rateFunction({ isCounter: true, isRate: true }),
};
