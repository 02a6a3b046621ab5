/** A run of buckets that follow one another. */
export interface BucketSpan {
  /** From the end of the span before to this one [buckets]; of the first span, from bucket 0, and may be negative. */
  readonly offset: number;
  /** Buckets in it. */
  readonly length: number;
}

/**
 * A native histogram as the engine computes with it: Prometheus's FloatHistogram, whose buckets are absolute counts.
 *
 * Bucket `i` of an exponential schema `s` holds values up to `2 ** (i * 2 ** -s)`, and above the bound before it.
 */
export interface FloatHistogram {
  /** -4 to 8, exponential; -53, custom bounds. */
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  /** Half the width of the zero bucket; 0 with custom bounds. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positiveSpans: readonly BucketSpan[];
  readonly positiveBuckets: Float64Array;
  readonly negativeSpans: readonly BucketSpan[];
  readonly negativeBuckets: Float64Array;
  /** Upper bounds of schema -53, ascending, without +Inf; else empty. */
  readonly customValues: Float64Array;
  /** What is known of a reset between the sample before and this one. */
  readonly counterReset: 'unknown' | 'reset' | 'not-reset' | 'gauge';
}
