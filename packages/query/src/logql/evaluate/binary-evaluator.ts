import type { BinaryOperation, BinaryOperator, SetOperator, VectorMatching } from '../syntax/ast.ts';
import { arithmeticOperators, comparisonOperators, isArithmetic, isComparison } from './binary-operators.ts';
import { canFail } from './can-fail.ts';
import { createMatcher, createSignatures } from './match-series.ts';
import type { Sample, Series, SeriesTable } from './series-table.ts';
import type { StepEvaluator } from './step-evaluator.ts';

/** What an operator makes of two numbers; undefined when a comparison lets the sample go. */
type Merge = (left: number, right: number) => number | undefined;

/**
 * @param kept value that a comparison without `bool` lets through
 */
function merger(
  operator: Exclude<BinaryOperator, SetOperator>,
  returnBool: boolean,
  kept: 'left' | 'right',
): Merge {
  if (isArithmetic(operator)) return arithmeticOperators[operator];
  const compare = comparisonOperators[operator];
  if (returnBool) return (left, right) => (compare(left, right) ? 1 : 0);
  const keeps = kept === 'left';
  return (left, right) => (compare(left, right) ? (keeps ? left : right) : undefined);
}

/** Evaluates an operation of two vectors. */
export function binaryEvaluator(
  operation: BinaryOperation,
  left: StepEvaluator,
  right: StepEvaluator,
  table: SeriesTable,
): StepEvaluator {
  const { operator, matching, returnBool } = operation;
  const combine =
    isArithmetic(operator) || isComparison(operator)
      ? createCombine(merger(operator, returnBool, 'left'), matching, table)
      : createSetOperation(operator, matching);
  // Loki evaluates the right side first, and always: it is left out where that makes no difference to the answer.
  const mayLeaveOut = (operator === 'and' || operator === 'unless') && !canFail(operation.right);
  return {
    async next() {
      if (mayLeaveOut) {
        const lefts = await left.next();
        if (lefts.length > 0) return combine(lefts, await right.next());
        right.skip();
        return lefts;
      }
      const rights = await right.next();
      return combine(await left.next(), rights);
    },
    skip() {
      left.skip();
      right.skip();
    },
    close() {
      left.close();
      right.close();
    },
  };
}

type Combine = (left: readonly Sample[], right: readonly Sample[]) => readonly Sample[];

function createCombine(merge: Merge, matching: VectorMatching, table: SeriesTable): Combine {
  const match = createMatcher(matching, table);
  return (lefts, rights) => {
    const result: Sample[] = [];
    for (const { left, right, series } of match(lefts, rights)) {
      const value = merge(left.value, right.value);
      if (value !== undefined) result.push({ series, value });
    }
    return result;
  };
}

function createSetOperation(operator: SetOperator, matching: VectorMatching): Combine {
  const signatureOf = createSignatures(matching);
  return (lefts, rights) => {
    if (operator === 'or') return union(lefts, rights, signatureOf);
    const signatures = new Set(rights.map(({ series }) => signatureOf(series)));
    const wanted = operator === 'and';
    return lefts.filter(({ series }) => signatures.has(signatureOf(series)) === wanted);
  };
}

function union(
  lefts: readonly Sample[],
  rights: readonly Sample[],
  signatureOf: (series: Series) => string,
): readonly Sample[] {
  if (lefts.length === 0) return rights;
  const signatures = new Set(lefts.map(({ series }) => signatureOf(series)));
  return [...lefts, ...rights.filter(({ series }) => !signatures.has(signatureOf(series)))];
}

/** Evaluates an operation of a vector and a number. */
export function literalEvaluator(
  { operator, returnBool }: BinaryOperation,
  operand: StepEvaluator,
  literal: number,
  side: 'left' | 'right',
): StepEvaluator {
  const literalLeft = side === 'left';
  // Set operators take no number: the parser refuses them.
  const numeric = operator as Exclude<BinaryOperator, SetOperator>;
  const merge = merger(numeric, returnBool, literalLeft ? 'right' : 'left');
  return {
    async next() {
      const result: Sample[] = [];
      for (const { series, value } of await operand.next()) {
        const merged = literalLeft ? merge(literal, value) : merge(value, literal);
        if (merged !== undefined) result.push({ series, value: merged });
      }
      return result;
    },
    skip: () => operand.skip(),
    close: () => operand.close(),
  };
}
