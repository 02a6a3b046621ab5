import type { Labels } from '../labels.ts';
import type { ResultStream } from './evaluate/log-evaluator.ts';

/** A value at a time. */
export interface VectorSample {
  readonly labels: Labels;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
  readonly value: number;
}

/** Values of a series, oldest first: one a time. */
export interface MatrixSeries {
  readonly labels: Labels;
  /** Since 1970 [ms]. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** What a query comes to. */
export type LogQueryResult =
  | { readonly type: 'streams'; readonly streams: readonly ResultStream[] }
  | { readonly type: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly series: readonly MatrixSeries[] }
  | { readonly type: 'scalar'; readonly timeMs: number; readonly value: number };
