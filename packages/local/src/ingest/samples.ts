import type { Labels } from '@sightline/query';
import type { FloatHistogram } from '@sightline/query/promql';

/** A request that a bucket's count stands for. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
}

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'stateset' | 'unknown';

/** What is known of a metric besides its samples. */
export interface Metadata {
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

/** Takes what any of the ways in delivers. */
export interface SampleSink {
  /** @param value undefined is the stale marker: the series has ended */
  sample(
    labels: Labels,
    timeMs: number,
    value: number | FloatHistogram | undefined,
    exemplars?: readonly Exemplar[],
  ): void;
  /** @param family the name without `_bucket`, `_sum` and `_count` */
  metadata(family: string, metadata: Metadata): void;
}
