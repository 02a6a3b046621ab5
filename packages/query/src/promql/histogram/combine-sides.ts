import { exponentialBound } from './bucket-bound.ts';
import { type MergedLayout, type Side, indicesOf, mergeLayouts, sameSpans } from './bucket-layout.ts';
import { type KahanSum, addToKahanSum } from './kahan-sum.ts';

/** How many buckets, from zero outward, end within the zero bucket: they are in its count. */
function insideZeroBucket(indices: Int32Array, schema: number | undefined, zeroThreshold: number): number {
  if (schema === undefined || zeroThreshold === 0) return 0;
  const outside = indices.findIndex((index) => exponentialBound(index, schema) > zeroThreshold);
  return outside === -1 ? indices.length : outside;
}

function mergedLayout(
  left: Side,
  right: Side,
  schema: number | undefined,
  zeroThreshold: number,
): MergedLayout | undefined {
  const ofRight = indicesOf(right.spans, right.counts.length);
  const skip = insideZeroBucket(ofRight, schema, zeroThreshold);
  if (skip === 0 && left.counts.length === ofRight.length && sameSpans(left.spans, right.spans))
    return undefined;
  return mergeLayouts(indicesOf(left.spans, left.counts.length), ofRight, skip);
}

function placed(values: Float64Array, layout: MergedLayout | undefined): Float64Array {
  if (layout === undefined) return values.slice();
  const result = new Float64Array(layout.size);
  for (let position = 0; position < values.length; position += 1)
    result[layout.left[position]!] = values[position]!;
  return result;
}

/**
 * Adds or subtracts the buckets of one side in one schema.
 *
 * @param schema of the exponential buckets; undefined with custom bounds
 */
export function combineSides(
  left: Side,
  right: Side,
  sign: 1 | -1,
  schema: number | undefined,
  zeroThreshold: number,
): Side {
  const layout = mergedLayout(left, right, schema, zeroThreshold);
  const counts = placed(left.counts, layout);
  const spans = layout?.spans ?? left.spans;
  const place = layout?.right;
  if (left.compensation === undefined) {
    for (let position = 0; position < right.counts.length; position += 1) {
      const at = place === undefined ? position : place[position]!;
      if (at >= 0) counts[at]! += sign * right.counts[position]!;
    }
    return { spans, counts };
  }
  const compensation = placed(left.compensation, layout);
  const total: KahanSum = { sum: 0, compensation: 0 };
  for (let position = 0; position < right.counts.length; position += 1) {
    const at = place === undefined ? position : place[position]!;
    if (at < 0) continue;
    total.sum = counts[at]!;
    total.compensation = compensation[at]!;
    addToKahanSum(total, sign * right.counts[position]!);
    const lost = right.compensation?.[position] ?? 0;
    if (lost !== 0) addToKahanSum(total, sign * lost);
    counts[at] = total.sum;
    compensation[at] = total.compensation;
  }
  return { spans, counts, compensation };
}
