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

/**
 * Change of a series over a range, extended to the edges of the range where samples come close to them.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
function rateFunction(kind: RateKind): RangeFunction {
  return (window, _args, report) => {
    const floats = floatCount(window);
    const histograms = histogramCount(window);
    if (floats > 0 && histograms > 0) {
      report.notes.warn(messages.mixedFloatsHistograms(metricName(window)), report.position);
      return undefined;
    }
    if (window.extension !== 'none') {
      return floats > 0 ? extendedFloatRate(window, kind) : extendedHistogramRate(window, kind, report);
    }
    return histograms > 0 ? histogramRate(window, kind, report) : floatRate(window, kind, report);
  };
}

function floatRate(window: RangeWindow, kind: RateKind, report: RangeReport): number | undefined {
  const { series, from, to } = window;
  const { values, timesMs, startTimesMs } = series;
  const first = values[from]!;
  const firstMs = timesMs[from]!;
  const lastMs = timesMs[to - 1]!;
  const change = floatIncrease(window, kind.isCounter);
  if (startTimesMs !== undefined && kind.isCounter) {
    tellOverlap(window, timesMs, startTimesMs, report);
    const startMs = startTimesMs[from]!;
    if (beganWithin(window, startMs, firstMs)) {
      return (change + first) * factorFromStart(window, kind, startMs, firstMs, lastMs, to - from);
    }
  }
  return to - from < 2 ? undefined : change * factor(window, kind, firstMs, lastMs, to - from, change, first);
}

/** From the first to the last float, with what was counted before each reset. */
function floatIncrease({ series, from, to }: RangeWindow, isCounter: boolean): number {
  const { values, timesMs, startTimesMs } = series;
  let before = values[from]!;
  let change = values[to - 1]! - before;
  if (!isCounter) return change;
  for (let index = from + 1; index < to; index += 1) {
    const value = values[index]!;
    if (value < before || (startTimesMs !== undefined && restarted(timesMs, startTimesMs, index)))
      change += before;
    before = value;
  }
  return change;
}

function restarted(timesMs: Float64Array, startTimesMs: Float64Array, index: number): boolean {
  return isStartReset(startTimesMs[index - 1]!, timesMs[index - 1]!, startTimesMs[index]!, timesMs[index]!);
}

function tellOverlap(
  window: RangeWindow,
  timesMs: Float64Array,
  startTimesMs: Float64Array,
  { notes, position }: RangeReport,
): void {
  for (let index = window.from + 1; index < window.to; index += 1) {
    if (!overlapsBefore(startTimesMs[index - 1]!, timesMs[index - 1]!, startTimesMs[index]!)) continue;
    notes.warn(messages.startTimeOverlap(metricName(window)), position, overlapDetail());
    return;
  }
}

function histogramRate(window: RangeWindow, kind: RateKind, report: RangeReport): FloatHistogram | undefined {
  const { series, histogramFrom, histogramTo } = window;
  const { histogramTimesMs, histograms, histogramStartTimesMs } = series;
  const first = histograms[histogramFrom]!;
  const samples = histogramTo - histogramFrom;
  const firstMs = histogramTimesMs[histogramFrom]!;
  const lastMs = histogramTimesMs[histogramTo - 1]!;
  const change = samples > 1 ? histogramIncrease(window, kind.isCounter, report) : undefined;
  if (samples > 1 && change === undefined) return undefined;
  const startMs = histogramStartTimesMs?.[histogramFrom] ?? 0;
  if (kind.isCounter && beganWithin(window, startMs, firstMs)) {
    const sum = change === undefined ? first : sumOf(window, change, first, report);
    const ratio = factorFromStart(window, kind, startMs, firstMs, lastMs, samples);
    return sum && multiplyHistogram(sum, ratio);
  }
  if (change === undefined) return undefined;
  return multiplyHistogram(change, factor(window, kind, firstMs, lastMs, samples, change.count, first.count));
}

function sumOf(
  window: RangeWindow,
  change: FloatHistogram,
  first: FloatHistogram,
  { notes, position }: RangeReport,
): FloatHistogram | undefined {
  const sum = addHistograms(change, first);
  if (sum === undefined) notes.warn(messages.mixedSchemas(metricName(window)), position);
  else if (sum.boundsReconciled) notes.info(messages.reconciledBounds('addition'), position);
  return sum?.histogram;
}

/** Whether it is known when the counter was 0, so that nothing has to be guessed before its first sample. */
function beganWithin({ startMs: rangeStartMs }: RangeWindow, startMs: number, firstMs: number): boolean {
  return startMs !== 0 && startMs > rangeStartMs && startMs < firstMs;
}

/** By how much the change since a known start is to be extended to the end of the range, and made one a second. */
function factorFromStart(
  window: RangeWindow,
  { isRate }: RateKind,
  startMs: number,
  firstMs: number,
  lastMs: number,
  samples: number,
): number {
  const betweenSeconds = samples > 1 ? (lastMs - firstMs) / 1000 / (samples - 1) : 0;
  const sampledSeconds = (lastMs - startMs) / 1000;
  return whole(window, isRate, sampledSeconds, 0, toEdge((window.endMs - lastMs) / 1000, betweenSeconds));
}

/**
 * By how much the change between two samples is to be extended to the edges of the range, and made one a second.
 *
 * @param change from the first to the last sample, of a histogram its count
 * @param first value, of a histogram its count
 */
function factor(
  window: RangeWindow,
  { isCounter, isRate }: RateKind,
  firstMs: number,
  lastMs: number,
  samples: number,
  change: number,
  first: number,
): number {
  const sampledSeconds = (lastMs - firstMs) / 1000;
  const betweenSeconds = sampledSeconds / (samples - 1);
  const gapSeconds = (firstMs - window.startMs) / 1000;
  let startSeconds = toEdge(gapSeconds, betweenSeconds);
  if (isCounter && change > 0 && first >= 0) {
    // A counter is not below 0: how long ago it would have been 0 at this pace.
    const zeroSeconds = sampledSeconds * (first / change);
    // Version 2 looks at the zero before it looks at the threshold, so it may go farther back than half a step.
    const farAsZero =
      window.compatibility === 2 &&
      startSeconds !== gapSeconds &&
      zeroSeconds < betweenSeconds * thresholdRatio;
    if (farAsZero || zeroSeconds < startSeconds) startSeconds = zeroSeconds;
  }
  return whole(
    window,
    isRate,
    sampledSeconds,
    startSeconds,
    toEdge((window.endMs - lastMs) / 1000, betweenSeconds),
  );
}

/** A sample that is no more than this times the usual distance from the edge belongs to a series that goes on there. */
const thresholdRatio = 1.1;

/** To the edge, or half a step when that is too far away. */
function toEdge(gapSeconds: number, betweenSeconds: number): number {
  return gapSeconds >= betweenSeconds * thresholdRatio ? betweenSeconds / 2 : gapSeconds;
}

function whole(
  { rangeMs }: RangeWindow,
  isRate: boolean,
  sampledSeconds: number,
  startSeconds: number,
  endSeconds: number,
): number {
  const ratio = (sampledSeconds + startSeconds + endSeconds) / sampledSeconds;
  return isRate ? ratio / (rangeMs / 1000) : ratio;
}

export const rateFunctions: Readonly<Record<string, RangeFunction>> = {
  delta: rateFunction({ isCounter: false, isRate: false }),
  increase: rateFunction({ isCounter: true, isRate: false }),
  rate: rateFunction({ isCounter: true, isRate: true }),
};
