import type { BinaryOperator } from '../ast.ts';
import { power } from '../go-math.ts';
import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  equalHistograms,
  type FloatHistogram,
  multiplyHistogram,
  subtractHistograms,
  trimHistogram,
} from '../histogram/index.ts';
import { messages } from '../messages.ts';
import type { BinaryPlan } from '../plan-node.ts';
import type { Query } from './query.ts';

export type FloatOperation = (left: number, right: number) => number;

/** Operators that yield a new number. */
export const arithmetic: Readonly<Partial<Record<BinaryOperator, FloatOperation>>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
};

/** Operators that yield yes or no. */
export const comparisons: Readonly<
  Partial<Record<BinaryOperator, (left: number, right: number) => boolean>>
> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};

/** What became of two samples: nothing, when they do not go together. */
export interface Outcome {
  readonly sample: number | FloatHistogram;
  /** Of a comparison: whether it holds. */
  readonly keep: boolean;
}

type Element = number | FloatHistogram;

/** Applies an operator to samples of which at least one is a native histogram; tells when it cannot. */
function histogramOperation(
  plan: BinaryPlan,
  left: Element,
  right: Element,
  query: Query,
): Outcome | undefined {
  const outcome =
    typeof left === 'number'
      ? ofFloatAndHistogram(plan, left, right)
      : ofHistogramAnd(plan, left, right, query);
  if (outcome !== 'incompatible') return outcome;
  tellIncompatible(plan, left, right, query);
  return undefined;
}

function ofFloatAndHistogram({ op }: BinaryPlan, left: number, right: Element): Outcome | 'incompatible' {
  if (op !== '*' || typeof right === 'number') return 'incompatible';
  return { sample: compactHistogram(multiplyHistogram(right, left)), keep: true };
}

function ofHistogramAnd(
  plan: BinaryPlan,
  left: FloatHistogram,
  right: Element,
  query: Query,
): Outcome | 'incompatible' | undefined {
  if (typeof right !== 'number') return ofHistograms(plan, left, right, query);
  switch (plan.op) {
    case '*':
      return { sample: compactHistogram(multiplyHistogram(left, right)), keep: true };
    case '/':
      return { sample: compactHistogram(divideHistogram(left, right)), keep: true };
    case '</':
      return { sample: trimHistogram(left, right, 'below'), keep: true };
    case '>/':
      return { sample: trimHistogram(left, right, 'above'), keep: true };
    default:
      return 'incompatible';
  }
}

function ofHistograms(
  plan: BinaryPlan,
  left: FloatHistogram,
  right: FloatHistogram,
  query: Query,
): Outcome | 'incompatible' | undefined {
  switch (plan.op) {
    case '==':
      return { sample: left, keep: equalHistograms(left, right) };
    case '!=':
      return { sample: left, keep: !equalHistograms(left, right) };
    case '+':
    case '-':
      return sumOf(plan, left, right, query);
    default:
      return 'incompatible';
  }
}

function sumOf(
  { op, position }: BinaryPlan,
  left: FloatHistogram,
  right: FloatHistogram,
  { notes }: Query,
): Outcome | undefined {
  const operation = op === '+' ? 'addition' : 'subtraction';
  const result = op === '+' ? addHistograms(left, right) : subtractHistograms(left, right);
  if (result === undefined) {
    notes.warn(messages.incompatibleLayout(op), position);
    return undefined;
  }
  if (result.counterResetCollision) notes.warn(messages.resetCollision(operation), position);
  if (result.boundsReconciled) notes.info(messages.reconciledBounds(operation), position);
  const sample = op === '+' ? result.histogram : { ...result.histogram, counterReset: 'gauge' as const };
  return { sample: compactHistogram(sample), keep: true };
}

function tellIncompatible(plan: BinaryPlan, left: Element, right: Element, { notes }: Query): void {
  notes.info(messages.incompatibleTypes(typeName(left), plan.op, typeName(right)), plan.position);
}

function typeName(element: Element): string {
  return typeof element === 'number' ? 'float' : 'histogram';
}

/** Applies an operator to two samples of any kind. */
export function elementOperation(
  plan: BinaryPlan,
  left: Element,
  right: Element,
  query: Query,
): Outcome | undefined {
  if (typeof left !== 'number' || typeof right !== 'number')
    return histogramOperation(plan, left, right, query);
  const compute = arithmetic[plan.op];
  if (compute !== undefined) return { sample: compute(left, right), keep: true };
  const compare = comparisons[plan.op];
  if (compare !== undefined) return { sample: left, keep: compare(left, right) };
  tellIncompatible(plan, left, right, query);
  return undefined;
}
