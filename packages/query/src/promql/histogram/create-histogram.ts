import type { BucketSpan, FloatHistogram } from './float-histogram.ts';

/** Schema of histograms whose bounds are listed one by one. */
export const CUSTOM_BOUNDS_SCHEMA = -53;
/** Coarsest and finest exponential schema. */
export const MIN_EXPONENTIAL_SCHEMA = -4;
export const MAX_EXPONENTIAL_SCHEMA = 8;

const noBuckets = new Float64Array(0);

/** What a histogram is made of: whatever is left out is 0, empty or unknown. */
export interface HistogramParts {
  readonly schema?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly positiveSpans?: readonly BucketSpan[];
  readonly positiveBuckets?: Float64Array | readonly number[];
  readonly negativeSpans?: readonly BucketSpan[];
  readonly negativeBuckets?: Float64Array | readonly number[];
  readonly customValues?: Float64Array | readonly number[];
  readonly counterReset?: FloatHistogram['counterReset'];
}

function typed(values: Float64Array | readonly number[] | undefined): Float64Array {
  if (values === undefined) return noBuckets;
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

/**
 * A histogram of its parts, which are taken as they are; `validateHistogram` says whether they fit together.
 *
 * @example createHistogram({ count: 4, sum: 5, positiveSpans: [{ offset: 0, length: 3 }], positiveBuckets: [1, 2, 1] })
 */
export function createHistogram(parts: HistogramParts): FloatHistogram {
  return {
    schema: parts.schema ?? 0,
    count: parts.count ?? 0,
    sum: parts.sum ?? 0,
    zeroThreshold: parts.zeroThreshold ?? 0,
    zeroCount: parts.zeroCount ?? 0,
    positiveSpans: parts.positiveSpans ?? [],
    positiveBuckets: typed(parts.positiveBuckets),
    negativeSpans: parts.negativeSpans ?? [],
    negativeBuckets: typed(parts.negativeBuckets),
    customValues: typed(parts.customValues),
    counterReset: parts.counterReset ?? 'unknown',
  };
}

/** Whether its bounds are listed one by one instead of following from its schema. */
export function hasCustomBounds({ schema }: FloatHistogram): boolean {
  return schema === CUSTOM_BOUNDS_SCHEMA;
}

function infinite(value: number): boolean {
  return value === Infinity || value === -Infinity;
}

/** Whether any number in it is infinite: a sum has left what a float can hold. */
export function hasOverflow(histogram: FloatHistogram): boolean {
  return (
    infinite(histogram.zeroCount) ||
    infinite(histogram.count) ||
    infinite(histogram.sum) ||
    histogram.positiveBuckets.some(infinite) ||
    histogram.negativeBuckets.some(infinite) ||
    histogram.customValues.some(infinite)
  );
}
