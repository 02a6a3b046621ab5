import type { MetricType } from '../samples.ts';

/** Types of metrics by their numbers, which both versions share; gauge histograms are told apart nowhere else here. */
export const metricTypes: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'unknown',
  'summary',
  'info',
  'stateset',
];
