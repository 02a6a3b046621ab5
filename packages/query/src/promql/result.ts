import type { Labels } from '../labels.ts';
import type { Annotations } from './annotations.ts';
import type { FloatHistogram } from './histogram/index.ts';

/** One value of a series: a float or a native histogram. */
export interface VectorSample {
  readonly labels: Labels;
  /** Since 1970 [ms]: when the query asked. */
  readonly timeMs: number;
  /** Not looked at when there is a histogram. */
  readonly value: number;
  readonly histogram?: FloatHistogram;
}

/** Values of a series over time: floats and native histograms apart, oldest first. */
export interface MatrixSeries {
  readonly labels: Labels;
  /** Since 1970 [ms]. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly histogramTimesMs: Float64Array;
  readonly histograms: readonly FloatHistogram[];
}

/** What a query yields, by its type as the API of Prometheus names it. */
export type PromqlValue =
  | { readonly type: 'vector'; readonly vector: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly matrix: readonly MatrixSeries[] }
  | { readonly type: 'scalar'; readonly timeMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timeMs: number; readonly value: string };

export type PromqlResult = PromqlValue & { readonly annotations: Annotations };

/** What a range query yields. */
export type PromqlMatrix = Extract<PromqlValue, { type: 'matrix' }> & { readonly annotations: Annotations };
