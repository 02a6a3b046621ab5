import type { BinaryOperator, ComparisonOperator, SetOperator } from './ast.ts';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
const sets: ReadonlySet<string> = new Set(['and', 'or', 'unless']);
const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', 'atan2']);

export function isComparison(op: BinaryOperator): op is ComparisonOperator {
  return comparisons.has(op);
}

export function isSetOperator(op: BinaryOperator): op is SetOperator {
  return sets.has(op);
}

/** Whether the result is something else than the metric was, so that its name goes; version 2 forgets `atan2`. */
export function changesMetric(op: BinaryOperator, compatibility: 2 | 3): boolean {
  return arithmetic.has(op) && !(op === 'atan2' && compatibility === 2);
}
