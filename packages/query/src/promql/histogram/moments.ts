import { allBuckets } from './buckets.ts';
import { hasCustomBounds } from './create-histogram.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { addToKahanSum } from './kahan-sum.ts';

/** Mean of what was observed. */
export function histogramAverage({ sum, count }: FloatHistogram): number {
  return sum / count;
}

/**
 * Variance of what was observed, each bucket taken at one value: the arithmetic mean of custom bounds, the geometric mean
 * of exponential ones, 0 in the zero bucket.
 */
export function histogramVariance(histogram: FloatHistogram): number {
  const mean = histogramAverage(histogram);
  const custom = hasCustomBounds(histogram);
  const total = { sum: 0, compensation: 0 };
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    let value = 0;
    if (custom) value = (upper + lower) / 2;
    else if (lower > 0 || upper < 0) value = Math.sqrt(upper * lower) * (upper < 0 ? -1 : 1);
    const delta = value - mean;
    addToKahanSum(total, count * delta * delta);
  }
  return (total.sum + total.compensation) / histogram.count;
}

/** Standard deviation: the square root of `histogramVariance`. */
export function histogramStandardDeviation(histogram: FloatHistogram): number {
  return Math.sqrt(histogramVariance(histogram));
}
