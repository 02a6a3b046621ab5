import type { Side } from './bucket-layout.ts';
import { combineSides } from './combine-sides.ts';
import { hasCustomBounds } from './create-histogram.ts';
import { combineCustomSides, commonBounds, sameBounds } from './custom-bounds.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { type KahanSum, addToKahanSum } from './kahan-sum.ts';
import { reduceSide } from './resolution.ts';
import { type Sides, reconcileZeroBuckets } from './zero-bucket.ts';

/** A sum or a difference, and what had to be bent for it. */
export interface Combined {
  readonly histogram: FloatHistogram;
  /** One was known to follow a reset and the other was known not to. */
  readonly counterResetCollision: boolean;
  /** Their custom bounds differed, so the result has those that both had. */
  readonly boundsReconciled: boolean;
}

/** A sum that keeps apart what rounding takes of it: the whole is the sum plus the compensation. */
export interface CompensatedSum extends Combined {
  readonly compensation: FloatHistogram;
}

type CounterReset = FloatHistogram['counterReset'];

/** What is known of a reset of a sum: of gauges it is a gauge, and of what does not agree nothing is known. */
function combineResets(left: CounterReset, right: CounterReset): CounterReset {
  if (left === right) return left;
  return left === 'gauge' || right === 'gauge' ? 'gauge' : 'unknown';
}

function collide(left: CounterReset, right: CounterReset): boolean {
  return (left === 'reset' && right === 'not-reset') || (left === 'not-reset' && right === 'reset');
}

function side(spans: Side['spans'], counts: Float64Array, compensation: Float64Array | undefined): Side {
  return { spans, counts, ...(compensation && { compensation }) };
}

function sidesOf(histogram: FloatHistogram, compensation?: FloatHistogram): Sides {
  return {
    schema: histogram.schema,
    zeroThreshold: histogram.zeroThreshold,
    zeroCount: histogram.zeroCount,
    zeroLost: compensation?.zeroCount ?? 0,
    positive: side(histogram.positiveSpans, histogram.positiveBuckets, compensation?.positiveBuckets),
    negative: side(histogram.negativeSpans, histogram.negativeBuckets, compensation?.negativeBuckets),
  };
}

function reduceSides(sides: Sides, schema: number): Sides {
  return {
    ...sides,
    schema,
    positive: reduceSide(sides.positive, sides.schema, schema),
    negative: reduceSide(sides.negative, sides.schema, schema),
  };
}

function compensated({ spans, counts }: Side): Side {
  return side(spans, counts, new Float64Array(counts.length));
}

/** What goes into a compensated sum, in another schema: joining its buckets must lose nothing either. */
function withCompensation(sides: Sides): Sides {
  return { ...sides, positive: compensated(sides.positive), negative: compensated(sides.negative) };
}

/** The sides of a result, with the counts that are not of a side. */
interface Totals {
  readonly sides: Sides;
  readonly customValues: Float64Array;
  readonly boundsReconciled: boolean;
}

function combineCustom(
  left: FloatHistogram,
  right: FloatHistogram,
  sign: 1 | -1,
  lost?: FloatHistogram,
): Totals {
  const one = sidesOf(left, lost);
  const other = sidesOf(right);
  if (sameBounds(left.customValues, right.customValues)) {
    const positive = combineSides(one.positive, other.positive, sign, undefined, 0);
    return { sides: { ...one, positive }, customValues: left.customValues, boundsReconciled: false };
  }
  const customValues = commonBounds(left.customValues, right.customValues);
  const positive = combineCustomSides(
    { side: one.positive, bounds: left.customValues },
    { side: other.positive, bounds: right.customValues },
    customValues,
    sign,
  );
  return { sides: { ...one, positive }, customValues, boundsReconciled: true };
}

function combineExponential(
  left: FloatHistogram,
  right: FloatHistogram,
  sign: 1 | -1,
  lost?: FloatHistogram,
): Totals {
  const [one, other] = reconcileZeroBuckets(
    sidesOf(left, lost),
    lost && right.schema > left.schema ? withCompensation(sidesOf(right)) : sidesOf(right),
  );
  const schema = Math.min(one.schema, other.schema);
  const [a, b] = [reduceSides(one, schema), reduceSides(other, schema)];
  const zero: KahanSum = { sum: a.zeroCount, compensation: a.zeroLost };
  addToKahanSum(zero, sign * b.zeroCount);
  if (lost && b.zeroLost !== 0) addToKahanSum(zero, sign * b.zeroLost);
  const { zeroThreshold } = a;
  return {
    sides: {
      schema,
      zeroThreshold,
      zeroCount: zero.sum,
      zeroLost: zero.compensation,
      positive: combineSides(a.positive, b.positive, sign, schema, zeroThreshold),
      negative: combineSides(a.negative, b.negative, sign, schema, zeroThreshold),
    },
    customValues: left.customValues,
    boundsReconciled: false,
  };
}

function combine(
  left: FloatHistogram,
  right: FloatHistogram,
  sign: 1 | -1,
  lost?: FloatHistogram,
): CompensatedSum | undefined {
  if (hasCustomBounds(left) !== hasCustomBounds(right)) return undefined;
  const { sides, customValues, boundsReconciled } = hasCustomBounds(left)
    ? combineCustom(left, right, sign, lost)
    : combineExponential(left, right, sign, lost);
  const count: KahanSum = { sum: left.count, compensation: lost?.count ?? 0 };
  addToKahanSum(count, sign * right.count);
  const sum: KahanSum = { sum: left.sum, compensation: lost?.sum ?? 0 };
  addToKahanSum(sum, sign * right.sum);
  const layout = {
    schema: sides.schema,
    zeroThreshold: sides.zeroThreshold,
    positiveSpans: sides.positive.spans,
    negativeSpans: sides.negative.spans,
    customValues,
    counterReset: combineResets(left.counterReset, right.counterReset),
  };
  return {
    histogram: {
      ...layout,
      count: count.sum,
      sum: sum.sum,
      zeroCount: sides.zeroCount,
      positiveBuckets: sides.positive.counts,
      negativeBuckets: sides.negative.counts,
    },
    compensation: {
      ...layout,
      count: count.compensation,
      sum: sum.compensation,
      zeroCount: sides.zeroLost,
      positiveBuckets: sides.positive.compensation ?? sides.positive.counts,
      negativeBuckets: sides.negative.compensation ?? sides.negative.counts,
    },
    counterResetCollision: collide(left.counterReset, right.counterReset),
    boundsReconciled,
  };
}

/** A histogram of zeros in the layout of another. */
function zeros(histogram: FloatHistogram): FloatHistogram {
  return {
    ...histogram,
    count: 0,
    sum: 0,
    zeroCount: 0,
    positiveBuckets: new Float64Array(histogram.positiveBuckets.length),
    negativeBuckets: new Float64Array(histogram.negativeBuckets.length),
  };
}

function plain(result: CompensatedSum | undefined): Combined | undefined {
  if (result === undefined) return undefined;
  const { histogram, counterResetCollision, boundsReconciled } = result;
  return { histogram, counterResetCollision, boundsReconciled };
}

/**
 * Adds two histograms: in the coarser of their schemas, with a zero bucket wide enough for both, or in the custom
 * bounds that both have. Empty buckets stay in the layout; `compactHistogram` takes them out.
 *
 * @returns undefined when one has custom bounds and the other has not
 */
export function addHistograms(left: FloatHistogram, right: FloatHistogram): Combined | undefined {
  return plain(combine(left, right, 1));
}

/** The same for a difference; that a difference is a gauge, the caller says. */
export function subtractHistograms(left: FloatHistogram, right: FloatHistogram): Combined | undefined {
  return plain(combine(left, right, -1));
}

/**
 * Adds a histogram to a compensated sum.
 *
 * @param compensation of the sum so far; left out when `sum` is the first histogram
 * @returns undefined when one has custom bounds and the other has not
 */
export function addCompensated(
  sum: FloatHistogram,
  compensation: FloatHistogram | undefined,
  histogram: FloatHistogram,
): CompensatedSum | undefined {
  return combine(sum, histogram, 1, compensation ?? zeros(sum));
}
