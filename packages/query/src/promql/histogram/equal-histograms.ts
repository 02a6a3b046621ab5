import { sameLayout } from './bucket-layout.ts';
import { hasCustomBounds } from './create-histogram.ts';
import { sameBounds } from './custom-bounds.ts';
import type { FloatHistogram } from './float-histogram.ts';

function sameCounts(left: Float64Array, right: Float64Array): boolean {
  return left.length === right.length && left.every((count, position) => Object.is(count, right[position]));
}

/**
 * Whether two histograms are the same data: the same buckets, empty ones too, with the same numbers, where NaN equals
 * NaN and 0 does not equal −0. What is known of resets does not matter. Compact both for an equality of meaning.
 */
export function equalHistograms(left: FloatHistogram, right: FloatHistogram): boolean {
  return (
    left.schema === right.schema &&
    Object.is(left.count, right.count) &&
    Object.is(left.sum, right.sum) &&
    (!hasCustomBounds(left) || sameBounds(left.customValues, right.customValues)) &&
    left.zeroThreshold === right.zeroThreshold &&
    Object.is(left.zeroCount, right.zeroCount) &&
    sameLayout(left.negativeSpans, right.negativeSpans) &&
    sameCounts(left.negativeBuckets, right.negativeBuckets) &&
    sameLayout(left.positiveSpans, right.positiveSpans) &&
    sameCounts(left.positiveBuckets, right.positiveBuckets)
  );
}
