import type { MatrixSeries, VectorSample } from '../promql/result.ts';
import type { ResultStream } from './evaluate/log-evaluator.ts';

/** What a query yields, by its type as the API of Loki names it; numbers have the shapes that those of PromQL have. */
export type LogqlResult =
  | { readonly type: 'streams'; readonly streams: readonly ResultStream[] }
  | { readonly type: 'vector'; readonly vector: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly matrix: readonly MatrixSeries[] }
  | { readonly type: 'scalar'; readonly timeMs: number; readonly value: number };
