import type { FloatHistogram } from './float-histogram.ts';

function scale(
  histogram: FloatHistogram,
  change: (value: number) => number,
  negative: boolean,
): FloatHistogram {
  return {
    ...histogram,
    count: change(histogram.count),
    sum: change(histogram.sum),
    zeroCount: change(histogram.zeroCount),
    positiveBuckets: histogram.positiveBuckets.map(change),
    negativeBuckets: histogram.negativeBuckets.map(change),
    // Counters do not go below zero.
    counterReset: negative ? 'gauge' : histogram.counterReset,
  };
}

/** Every count and the sum times a factor; with a negative one it is a gauge. */
export function multiplyHistogram(histogram: FloatHistogram, factor: number): FloatHistogram {
  return scale(histogram, (value) => value * factor, factor < 0);
}

/** Every count and the sum divided; by 0 there are no buckets any more, and by a negative number it is a gauge. */
export function divideHistogram(histogram: FloatHistogram, divisor: number): FloatHistogram {
  const divided = scale(histogram, (value) => value / divisor, divisor < 0);
  if (divisor !== 0) return divided;
  const none = new Float64Array(0);
  return {
    ...divided,
    positiveSpans: [],
    positiveBuckets: none,
    negativeSpans: [],
    negativeBuckets: none,
  };
}
