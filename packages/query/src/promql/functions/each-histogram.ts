import {
  type FloatHistogram,
  histogramAverage,
  histogramStandardDeviation,
  histogramVariance,
} from '../histogram/index.ts';

/** Functions of one native histogram. Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_avg */
export const eachHistogram: Readonly<Record<string, (histogram: FloatHistogram) => number>> = {
  histogram_avg: histogramAverage,
  histogram_count: ({ count }) => count,
  histogram_stddev: histogramStandardDeviation,
  histogram_stdvar: histogramVariance,
  histogram_sum: ({ sum }) => sum,
};
