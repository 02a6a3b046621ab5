import type { VectorMatching } from '../ast.ts';
import { type LabelSet, labelKey, onlyLabels, withoutLabels } from '../label-set.ts';
import type { StepSeries } from '../step-matrix.ts';

/** Labels by which series of two sides find each other. */
export function matchLabels(labels: LabelSet, { on, labels: names }: VectorMatching): LabelSet {
  return on ? onlyLabels(labels, names) : withoutLabels(labels, [...names, '__name__']);
}

/** A number for each row of both sides: the same for rows that match. */
export interface Signatures {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly count: number;
}

export function signaturesOf(
  left: readonly StepSeries[],
  right: readonly StepSeries[],
  matching: VectorMatching,
): Signatures {
  const known = new Map<string, number>();
  const number = ({ labels }: StepSeries): number => {
    const key = labelKey(matchLabels(labels, matching));
    const signature = known.get(key) ?? known.size;
    known.set(key, signature);
    return signature;
  };
  const ofLeft = Int32Array.from(left, number);
  const ofRight = Int32Array.from(right, number);
  return { left: ofLeft, right: ofRight, count: known.size };
}
