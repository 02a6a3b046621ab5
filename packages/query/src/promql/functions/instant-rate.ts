import {
  compactHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  subtractHistograms,
} from '../histogram/index.ts';
import { messages } from '../messages.ts';
import {
  floatCount,
  histogramCount,
  metricName,
  type RangeFunction,
  type RangeReport,
  type RangeWindow,
} from './range-window.ts';
import { isStartReset } from './start-time.ts';

interface Moment {
  readonly timeMs: number;
  readonly startMs: number;
  readonly sample: number | FloatHistogram;
}

/**
 * Change from the last but one sample to the last.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#irate
 */
function instantFunction(isRate: boolean): RangeFunction {
  return (window, _args, report) => {
    const [before, now] = lastTwo(window);
    if (before === undefined || now === undefined) return undefined;
    const seconds = (now.timeMs - before.timeMs) / 1000;
    const reset = isRate && isStartReset(before.startMs, before.timeMs, now.startMs, now.timeMs);
    if (typeof before.sample === 'number' && typeof now.sample === 'number') {
      const change =
        isRate && (reset || now.sample < before.sample) ? now.sample : now.sample - before.sample;
      return isRate ? change / seconds : change;
    }
    if (typeof before.sample === 'number' || typeof now.sample === 'number') {
      report.notes.warn(messages.mixedFloatsHistograms(metricName(window)), report.position);
      return undefined;
    }
    const change = histogramChange(window, before.sample, now.sample, isRate, reset, report);
    return change !== undefined && isRate ? divideHistogram(change, seconds) : change;
  };
}

function histogramChange(
  window: RangeWindow,
  before: FloatHistogram,
  now: FloatHistogram,
  isRate: boolean,
  reset: boolean,
  { notes, position }: RangeReport,
): FloatHistogram | undefined {
  const gauges = [before, now].filter(({ counterReset }) => counterReset === 'gauge').length;
  if (isRate && gauges > 0) notes.warn(messages.notCounter(metricName(window)), position);
  if (!isRate && gauges < 2) notes.warn(messages.notGauge(metricName(window)), position);
  let change = now;
  if (!isRate || (!reset && !detectReset(now, before))) {
    const difference = subtractHistograms(now, before);
    if (difference === undefined) {
      notes.warn(messages.mixedSchemas(metricName(window)), position);
      return undefined;
    }
    if (difference.boundsReconciled) notes.info(messages.reconciledBounds('subtraction'), position);
    change = difference.histogram;
  }
  return compactHistogram({ ...change, counterReset: 'gauge' });
}

function lastTwo(window: RangeWindow): readonly [Moment | undefined, Moment | undefined] {
  const { series, from, to, histogramFrom, histogramTo } = window;
  const moments: Moment[] = [];
  for (let index = Math.max(from, to - 2); index < to; index += 1) {
    moments.push({
      timeMs: series.timesMs[index]!,
      startMs: series.startTimesMs?.[index] ?? 0,
      sample: series.values[index]!,
    });
  }
  for (let index = Math.max(histogramFrom, histogramTo - 2); index < histogramTo; index += 1) {
    moments.push({
      timeMs: series.histogramTimesMs[index]!,
      startMs: series.histogramStartTimesMs?.[index] ?? 0,
      sample: series.histograms[index]!,
    });
  }
  if (floatCount(window) > 0 && histogramCount(window) > 0)
    moments.sort((left, right) => left.timeMs - right.timeMs);
  return [moments.at(-2), moments.at(-1)];
}

export const instantRateFunctions: Readonly<Record<string, RangeFunction>> = {
  idelta: instantFunction(false),
  irate: instantFunction(true),
};
