import { type Side, indicesOf, spansOf } from './bucket-layout.ts';
import { type KahanSum, addToKahanSum } from './kahan-sum.ts';

export function sameBounds(left: Float64Array, right: Float64Array): boolean {
  return left === right || (left.length === right.length && left.every((bound, at) => bound === right[at]));
}

/** The bounds that both have, ascending. */
export function commonBounds(left: Float64Array, right: Float64Array): Float64Array {
  const others = new Set(right);
  return left.filter((bound) => others.has(bound));
}

/** Adds each bucket of a side to the one of coarser bounds that it lies in. */
function pour(
  side: Side,
  bounds: Float64Array,
  target: Float64Array,
  sign: 1 | -1,
  totals: readonly KahanSum[],
): void {
  const indices = indicesOf(side.spans, side.counts.length);
  let place = 0;
  for (let position = 0; position < indices.length; position += 1) {
    const bound = bounds[indices[position]!] ?? Infinity;
    while (place < target.length && target[place]! < bound) place += 1;
    addToKahanSum(totals[place]!, sign * side.counts[position]!);
    if (side.compensation) addToKahanSum(totals[place]!, side.compensation[position]!);
  }
}

/** Adds or subtracts buckets with different custom bounds, in the bounds that both have; empty ones are left out. */
export function combineCustomSides(
  left: { readonly side: Side; readonly bounds: Float64Array },
  right: { readonly side: Side; readonly bounds: Float64Array },
  common: Float64Array,
  sign: 1 | -1,
): Side {
  const totals = Array.from({ length: common.length + 1 }, (): KahanSum => ({ sum: 0, compensation: 0 }));
  pour(left.side, left.bounds, common, 1, totals);
  pour(right.side, right.bounds, common, sign, totals);
  const full = Int32Array.from(totals.keys()).filter(
    (index) => totals[index]!.sum !== 0 || totals[index]!.compensation !== 0,
  );
  return {
    spans: spansOf(full),
    counts: Float64Array.from(full, (index) => totals[index]!.sum),
    ...(left.side.compensation && {
      compensation: Float64Array.from(full, (index) => totals[index]!.compensation),
    }),
  };
}
