import { exponentialBound } from './bucket-bound.ts';
import { type Side, indicesOf } from './bucket-layout.ts';
import { compactSide } from './compact.ts';
import { type KahanSum, addToKahanSum } from './kahan-sum.ts';

/** An exponential histogram as sums are made of it: each side for itself, with compensation if it is a compensated sum. */
export interface Sides {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** What rounding took of the zero count; 0 when nothing is compensated. */
  readonly zeroLost: number;
  readonly positive: Side;
  readonly negative: Side;
}

interface Absorbed {
  /** What the zero bucket holds then. */
  readonly zero: KahanSum;
  /** Where it ends: wider than asked when a full bucket lies across. */
  readonly threshold: number;
}

/** How many buckets of a side end within the threshold, and the upper bound of a full one that lies across it. */
function absorbSide(
  side: Side,
  schema: number,
  threshold: number,
  zero: KahanSum,
): { readonly across: number | undefined } {
  const indices = indicesOf(side.spans, side.counts.length);
  for (let position = 0; position < indices.length; position += 1) {
    const index = indices[position]!;
    if (exponentialBound(index - 1, schema) >= threshold) return { across: undefined };
    const count = side.counts[position]!;
    addToKahanSum(zero, count);
    if (side.compensation) addToKahanSum(zero, side.compensation[position]!);
    const upper = exponentialBound(index, schema);
    if (upper > threshold) return { across: count === 0 ? undefined : upper };
  }
  return { across: undefined };
}

/**
 * What the zero bucket holds when it grows to `threshold`. A full bucket across the threshold goes in whole and moves
 * it outward.
 *
 * @param threshold above the histogram's own
 */
function absorb(sides: Sides, threshold: number): Absorbed {
  let wider = threshold;
  for (;;) {
    const zero: KahanSum = { sum: sides.zeroCount, compensation: sides.zeroLost };
    wider = absorbSide(sides.positive, sides.schema, wider, zero).across ?? wider;
    const { across } = absorbSide(sides.negative, sides.schema, wider, zero);
    if (across === undefined) return { zero, threshold: wider };
    // Positive buckets may lie within it now that did not before.
    wider = across;
  }
}

/** Without the buckets that lie within the zero bucket, and without any empty one. */
function withoutAbsorbed(side: Side, schema: number, threshold: number): Side {
  const indices = indicesOf(side.spans, side.counts.length);
  const outside = indices.findIndex((index) => exponentialBound(index - 1, schema) >= threshold);
  const inside = outside === -1 ? indices.length : outside;
  const counts = side.counts.slice().fill(0, 0, inside);
  const compensation = side.compensation?.slice().fill(0, 0, inside);
  return compactSide({ spans: side.spans, counts, ...(compensation && { compensation }) }, 0);
}

/**
 * A histogram whose zero bucket has grown to `threshold` or, when a full bucket lies across it, a little further. Buckets
 * within it keep their counts, which are in the zero bucket too.
 */
export function widenZeroBucket(sides: Sides, threshold: number): Sides {
  if (threshold <= sides.zeroThreshold) return sides;
  const { zero, threshold: wider } = absorb(sides, threshold);
  return { ...sides, zeroThreshold: wider, zeroCount: zero.sum, zeroLost: zero.compensation };
}

function widenAndTrim(sides: Sides, threshold: number): Sides {
  const wide = widenZeroBucket(sides, threshold);
  if (wide === sides) return sides;
  const { schema, zeroThreshold } = wide;
  return {
    ...wide,
    positive: withoutAbsorbed(sides.positive, schema, zeroThreshold),
    negative: withoutAbsorbed(sides.negative, schema, zeroThreshold),
  };
}

/**
 * Both with one zero bucket that is wide enough for either and ends within no full bucket. The right one keeps the
 * buckets that lie within it: whoever adds it leaves them out. Where it goes to a coarser schema first, a bucket may
 * reach beyond the zero bucket then and count twice, as it does in Prometheus.
 */
export function reconcileZeroBuckets(left: Sides, right: Sides): readonly [Sides, Sides] {
  let [one, other] = [left, right];
  while (one.zeroThreshold !== other.zeroThreshold) {
    // From the start again, since what an earlier step took in is still in its buckets.
    if (other.zeroThreshold < one.zeroThreshold) other = widenZeroBucket(right, one.zeroThreshold);
    one = widenAndTrim(one, other.zeroThreshold);
  }
  return [one, other];
}
