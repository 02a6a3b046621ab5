import { type Side, indicesOf, spansOf } from './bucket-layout.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { type KahanSum, addToKahanSum } from './kahan-sum.ts';

/** Index in a coarser schema of a bucket: halving the resolution joins buckets 1 and 2, 3 and 4. */
function coarserIndex(index: number, schema: number, target: number): number {
  return Math.floor((index - 1) / 2 ** (schema - target)) + 1;
}

/** One side with the buckets that fall into one of the target schema added up. */
export function reduceSide(side: Side, schema: number, target: number): Side {
  const { counts, compensation } = side;
  if (schema === target || counts.length === 0) return side;
  const indices = indicesOf(side.spans, counts.length).map((index) => coarserIndex(index, schema, target));
  const merged = new Int32Array(counts.length);
  const sums = new Float64Array(counts.length);
  const lost = new Float64Array(counts.length);
  const total: KahanSum = { sum: 0, compensation: 0 };
  let size = 0;
  for (let position = 0; position < counts.length; position += 1) {
    const index = indices[position]!;
    if (size > 0 && merged[size - 1] === index) {
      total.sum = sums[size - 1]!;
      total.compensation = lost[size - 1]!;
      addToKahanSum(total, counts[position]!);
      if (compensation) addToKahanSum(total, compensation[position]!);
      sums[size - 1] = total.sum;
      lost[size - 1] = total.compensation;
      continue;
    }
    merged[size] = index;
    sums[size] = counts[position]!;
    lost[size] = compensation?.[position] ?? 0;
    size += 1;
  }
  return {
    spans: spansOf(merged, size),
    counts: sums.slice(0, size),
    ...(compensation && { compensation: lost.slice(0, size) }),
  };
}

/**
 * A histogram in a coarser exponential schema.
 *
 * @param targetSchema the histogram's own schema or less; the same gives the same histogram. Neither may be the schema
 *   of custom bounds
 */
export function reduceResolution(histogram: FloatHistogram, targetSchema: number): FloatHistogram {
  const { schema } = histogram;
  if (targetSchema === schema) return histogram;
  const positive = reduceSide(
    { spans: histogram.positiveSpans, counts: histogram.positiveBuckets },
    schema,
    targetSchema,
  );
  const negative = reduceSide(
    { spans: histogram.negativeSpans, counts: histogram.negativeBuckets },
    schema,
    targetSchema,
  );
  return {
    ...histogram,
    schema: targetSchema,
    positiveSpans: positive.spans,
    positiveBuckets: positive.counts,
    negativeSpans: negative.spans,
    negativeBuckets: negative.counts,
    // What was known of a reset was known of the finer buckets.
    counterReset: 'unknown',
  };
}
