import { QueryError } from '../../query-error.ts';
import { messages } from '../messages.ts';
import {
  floatCount,
  histogramCount,
  metricName,
  type RangeFunction,
  type RangeWindow,
} from './range-window.ts';

/**
 * Double exponential smoothing: a mean in which the past counts less and less, with a trend.
 *
 * Source: https://en.wikipedia.org/wiki/Exponential_smoothing#Double_exponential_smoothing_(Holt_linear)
 */
function smoothed(
  { series: { values }, from, to }: RangeWindow,
  smoothingFactor: number,
  trendFactor: number,
): number {
  let before = 0;
  let level = values[from]!;
  let trend = values[from + 1]! - level;
  for (let index = from + 1; index < to; index += 1) {
    const raw = smoothingFactor * values[index]!;
    // The first trend is the difference of the first two values.
    if (index > from + 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
    const next = raw + (1 - smoothingFactor) * (level + trend);
    before = level;
    level = next;
  }
  return level;
}

export const doubleExponentialSmoothing: RangeFunction = (
  window,
  [smoothing = 0, trend = 0],
  { notes, position },
) => {
  checkFactor('smoothing', 'sf', smoothing);
  checkFactor('trend', 'tf', trend);
  if (floatCount(window) > 0 && histogramCount(window) > 0) {
    notes.info(messages.ignoredInMixedRange(metricName(window)), position);
  }
  return floatCount(window) < 2 ? undefined : smoothed(window, smoothing, trend);
};

function checkFactor(name: string, short: string, factor: number): void {
  if (factor <= 0 || factor >= 1) {
    throw new QueryError(
      'execution',
      `invalid ${name} factor. Expected: 0 < ${short} < 1, got: ${factor.toFixed(6)}`,
    );
  }
}
