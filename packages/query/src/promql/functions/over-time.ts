import { lost } from '../kahan.ts';
import { messages } from '../messages.ts';
import { quantileOf } from '../quantile.ts';
import { averageHistograms, sumHistograms } from './histogram-over-time.ts';
import {
  floatCount,
  histogramCount,
  metricName,
  type RangeFunction,
  type RangeReport,
  type RangeWindow,
} from './range-window.ts';

/** A function of the floats of a window; histograms beside them are left out, and that is said. */
function ofFloats(
  compute: (window: RangeWindow, args: readonly number[], report: RangeReport) => number,
): RangeFunction {
  return (window, args, report) => {
    if (floatCount(window) === 0) return undefined;
    const result = compute(window, args, report);
    if (histogramCount(window) > 0) {
      report.notes.info(messages.ignoredInMixedRange(metricName(window)), report.position);
    }
    return result;
  };
}

function isMixed(window: RangeWindow, report: RangeReport): boolean {
  if (floatCount(window) === 0 || histogramCount(window) === 0) return false;
  report.notes.warn(messages.mixedFloatsHistograms(metricName(window)), report.position);
  return true;
}

function sum({ series: { values }, from, to }: RangeWindow): number {
  let total = 0;
  let compensation = 0;
  for (let index = from; index < to; index += 1) {
    const value = values[index]!;
    const next = total + value;
    compensation = lost(total, value, next, compensation);
    total = next;
  }
  return total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY
    ? total
    : total + compensation;
}

/** The mean by way of the sum, and from where that would be infinite on, from mean to mean. */
function average({ series: { values }, from, to }: RangeWindow): number {
  let total = values[from]!;
  let compensation = 0;
  let incremental = false;
  for (let index = from + 1; index < to; index += 1) {
    const value = values[index]!;
    const count = index - from + 1;
    if (!incremental) {
      const next = total + value;
      if (Math.abs(next) !== Number.POSITIVE_INFINITY) {
        compensation = lost(total, value, next, compensation);
        total = next;
        continue;
      }
      incremental = true;
      total /= count - 1;
      compensation /= count - 1;
    }
    const share = (count - 1) / count;
    const before = share * total;
    const next = value / count + before;
    compensation = lost(before, value / count, next, share * compensation);
    total = next;
  }
  const count = to - from;
  return incremental ? total + compensation : total / count + compensation / count;
}

function variance({ series: { values }, from, to }: RangeWindow): number {
  let mean = 0;
  let lostOfMean = 0;
  let squares = 0;
  let lostOfSquares = 0;
  for (let index = from; index < to; index += 1) {
    const value = values[index]!;
    const delta = value - (mean + lostOfMean);
    const step = delta / (index - from + 1);
    const nextMean = mean + step;
    lostOfMean = lost(mean, step, nextMean, lostOfMean);
    mean = nextMean;
    const square = delta * (value - (mean + lostOfMean));
    const nextSquares = squares + square;
    lostOfSquares = lost(squares, square, nextSquares, lostOfSquares);
    squares = nextSquares;
  }
  return (squares + lostOfSquares) / (to - from);
}

/** Index of the value that no other one beats. */
function best(
  { series: { values }, from, to }: RangeWindow,
  beats: (value: number, than: number) => boolean,
): number {
  let found = from;
  for (let index = from; index < to; index += 1) {
    const than = values[found]!;
    if (beats(values[index]!, than) || Number.isNaN(than)) found = index;
  }
  return found;
}

function valueOf(beats: (value: number, than: number) => boolean): RangeFunction {
  return ofFloats((window) => window.series.values[best(window, beats)]!);
}

/** In seconds, of the last one when several are as good. */
function timeOf(beats: (value: number, than: number) => boolean): RangeFunction {
  return ofFloats((window) => window.series.timesMs[best(window, beats)]! / 1000);
}

function medianAbsoluteDeviation({ series: { values }, from, to }: RangeWindow): number {
  const copy = values.slice(from, to);
  if (copy.some(Number.isNaN)) return Number.NaN;
  const median = quantileOf(0.5, copy);
  return quantileOf(
    0.5,
    copy.map((value) => Math.abs(value - median)),
  );
}

/** The first or the last of all samples; a histogram of the same time goes before. */
function edge(which: 'first' | 'last'): RangeFunction {
  return (window) => {
    const { series, from, to, histogramFrom, histogramTo } = window;
    const floatAt = which === 'first' ? from : to - 1;
    const histogramAt = which === 'first' ? histogramFrom : histogramTo - 1;
    if (histogramCount(window) === 0) return series.values[floatAt];
    const floatMs = series.timesMs[floatAt] ?? 0;
    const histogramMs = series.histogramTimesMs[histogramAt]!;
    const floatFirst = which === 'first' ? floatMs < histogramMs : histogramMs < floatMs;
    return floatCount(window) > 0 && floatFirst ? series.values[floatAt] : series.histograms[histogramAt];
  };
}

/** Time of the first or last of all samples [s]. */
function edgeTime(which: 'first' | 'last'): RangeFunction {
  const pick = which === 'first' ? Math.min : Math.max;
  return (window) => {
    const { series, from, to, histogramFrom, histogramTo } = window;
    const times: number[] = [];
    if (floatCount(window) > 0) times.push(series.timesMs[which === 'first' ? from : to - 1]!);
    if (histogramCount(window) > 0) {
      times.push(series.histogramTimesMs[which === 'first' ? histogramFrom : histogramTo - 1]!);
    }
    return pick(...times) / 1000;
  };
}

/**
 * Aggregations of all samples of a range.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time
 */
export const overTimeFunctions: Readonly<Record<string, RangeFunction>> = {
  absent_over_time: () => 1,
  avg_over_time: (window, _args, report) => {
    if (isMixed(window, report)) return undefined;
    return floatCount(window) === 0 ? averageHistograms(window, report) : average(window);
  },
  count_over_time: (window) => floatCount(window) + histogramCount(window),
  first_over_time: edge('first'),
  last_over_time: edge('last'),
  mad_over_time: ofFloats(medianAbsoluteDeviation),
  max_over_time: valueOf((value, than) => value > than),
  min_over_time: valueOf((value, than) => value < than),
  present_over_time: () => 1,
  quantile_over_time: ofFloats(({ series: { values }, from, to }, [quantile = 0], { notes, position }) => {
    if (!(quantile >= 0 && quantile <= 1)) notes.warn(messages.invalidQuantile(quantile), position);
    return quantileOf(quantile, values.slice(from, to));
  }),
  stddev_over_time: ofFloats((window) => Math.sqrt(variance(window))),
  stdvar_over_time: ofFloats(variance),
  sum_over_time: (window, _args, report) => {
    if (isMixed(window, report)) return undefined;
    return floatCount(window) === 0 ? sumHistograms(window, report) : sum(window);
  },
  ts_of_first_over_time: edgeTime('first'),
  ts_of_last_over_time: edgeTime('last'),
  ts_of_max_over_time: timeOf((value, than) => value >= than),
  ts_of_min_over_time: timeOf((value, than) => value <= than),
};
