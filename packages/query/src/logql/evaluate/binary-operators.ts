import type { ArithmeticOperator, BinaryOperator, Comparison } from '../syntax/ast.ts';

/** Numbers that an operator makes of two; by zero, Loki divides to NaN. */
export const arithmeticOperators: Readonly<
  Record<ArithmeticOperator, (left: number, right: number) => number>
> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? Number.NaN : left / right),
  '%': (left, right) => (right === 0 ? Number.NaN : left % right),
  '^': (left, right) => goPower(left, right),
};

export const comparisonOperators: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
};

/** 1 to any power and -1 to an infinite one are 1 to Go, as to C, and NaN to JavaScript. */
function goPower(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

export function isArithmetic(operator: BinaryOperator): operator is ArithmeticOperator {
  return Object.hasOwn(arithmeticOperators, operator);
}

export function isComparison(operator: BinaryOperator): operator is Comparison {
  return Object.hasOwn(comparisonOperators, operator);
}

/** What two literals come to before anything is read. */
export function reduceLiterals(operator: BinaryOperator, left: number, right: number): number {
  if (isArithmetic(operator)) return arithmeticOperators[operator](left, right);
  return isComparison(operator) && comparisonOperators[operator](left, right) ? 1 : 0;
}
