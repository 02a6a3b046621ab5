import { lost } from '../kahan.ts';
import { messages } from '../messages.ts';
import {
  floatCount,
  histogramCount,
  metricName,
  type RangeFunction,
  type RangeReport,
  type RangeWindow,
} from './range-window.ts';

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** A compensated sum that is added to in a loop. */
interface Sum {
  total: number;
  compensation: number;
}

function add(sum: Sum, value: number): void {
  const next = sum.total + value;
  sum.compensation = lost(sum.total, value, next, sum.compensation);
  sum.total = next;
}

/**
 * The line with the least squares of distances.
 *
 * Source: https://en.wikipedia.org/wiki/Simple_linear_regression
 *
 * @param originMs time that counts as x = 0; a near one keeps the numbers small
 * @returns slope in units a second, and the value at the origin
 */
function line({ series: { timesMs, values }, from, to }: RangeWindow, originMs: number): Line {
  const x: Sum = { total: 0, compensation: 0 };
  const y: Sum = { total: 0, compensation: 0 };
  const xy: Sum = { total: 0, compensation: 0 };
  const xx: Sum = { total: 0, compensation: 0 };
  const first = values[from]!;
  let constant = true;
  for (let index = from; index < to; index += 1) {
    const value = values[index]!;
    if (index > from && value !== first) constant = false;
    const seconds = (timesMs[index]! - originMs) / 1000;
    add(x, seconds);
    add(y, value);
    add(xy, seconds * value);
    add(xx, seconds * seconds);
  }
  if (constant) {
    return Number.isFinite(first)
      ? { slope: 0, intercept: first }
      : { slope: Number.NaN, intercept: Number.NaN };
  }
  const count = to - from;
  const sumX = x.total + x.compensation;
  const sumY = y.total + y.compensation;
  const covariance = xy.total + xy.compensation - (sumX * sumY) / count;
  const varianceX = xx.total + xx.compensation - (sumX * sumX) / count;
  const slope = covariance / varianceX;
  return { slope, intercept: sumY / count - (slope * sumX) / count };
}

/** A function of at least two floats. */
function ofTwoFloats(compute: (window: RangeWindow, args: readonly number[]) => number): RangeFunction {
  return (window, args, report) => {
    const enough = floatCount(window) >= 2;
    if (floatCount(window) > 0) tellIgnored(window, report);
    return enough ? compute(window, args) : undefined;
  };
}

function tellIgnored(window: RangeWindow, { notes, position }: RangeReport): void {
  if (histogramCount(window) > 0) notes.info(messages.ignoredInMixedRange(metricName(window)), position);
}

/** How a series goes on. Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#deriv and below. */
export const regressionFunctions: Readonly<Record<string, RangeFunction>> = {
  deriv: ofTwoFloats((window) => line(window, window.series.timesMs[window.from]!).slope),
  predict_linear: ofTwoFloats((window, [afterSeconds = 0]) => {
    const { slope, intercept } = line(window, window.stepTimeMs);
    return slope * afterSeconds + intercept;
  }),
};
