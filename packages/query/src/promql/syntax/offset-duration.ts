import type { SyntaxNode } from '@lezer/common';
import type { BinaryOperator, DurationExpression } from '../ast.ts';
import { readOperator } from './binary.ts';
import { calculated, type DurationOperator, literal, negated, readDuration } from './duration-expression.ts';
import { flatten, type Operand, type Part } from './flatten.ts';
import { operatorStrengths } from './operator-strengths.ts';
import { isExpression, type Reading, textOf } from './reading.ts';
import { childAt, childrenOf } from './tree.ts';
import { tokenAt } from './token.ts';

/** Durations may be calculated with these; others end the duration. */
const durationOperators: ReadonlySet<BinaryOperator> = new Set<DurationOperator>([
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
]);

/** A duration, and the place of the first part that does not belong to it. */
interface Taken {
  readonly duration: DurationExpression;
  readonly to: number;
  readonly next: number;
}

/**
 * The duration behind `offset`. Where it begins with a bracket, Prometheus goes on with the calculation
 * (`x offset (1m) * 2` is two minutes), while the grammar takes what follows for operands of `x`.
 *
 * @param node what the grammar takes for the duration
 * @param next place of the part behind it
 */
export function readOffsetDuration(
  reading: Reading,
  node: SyntaxNode,
  parts: readonly Part[],
  next: number,
): Taken {
  const first = readDuration(reading, node);
  if (reading.source[node.from] !== '(') return { duration: first, to: node.to, next };
  return calculation(reading, parts, next, { duration: first, to: node.to, next }, 0);
}

/** What follows the left operand, as far as its operators bind at least so strongly. */
function calculation(
  reading: Reading,
  parts: readonly Part[],
  from: number,
  left: Taken,
  weakest: number,
): Taken {
  let taken = left;
  for (let part = parts[from]; part?.kind === 'operator'; part = parts[taken.next]) {
    const { op } = readOperator(reading, part.node);
    const strength = operatorStrengths[op];
    if (!durationOperators.has(op) || strength < weakest) break;
    const [sign, modifier] = childrenOf(part.node).filter((child) => !isExpression(child));
    if (modifier !== undefined) unexpected(reading, modifier.from);
    const first = operand(reading, parts, taken.next + 1);
    const right = calculation(reading, parts, first.next, first, op === '^' ? strength : strength + 1);
    const position = { from: taken.duration.position.from, to: right.to };
    const duration = calculated(
      reading,
      op as DurationOperator,
      taken.duration,
      right.duration,
      sign!,
      position,
    );
    taken = { duration, to: right.to, next: right.next };
  }
  return taken;
}

function operand(reading: Reading, parts: readonly Part[], at: number): Taken {
  // Behind an operator stands an operand or its sign.
  const part = parts[at] as Exclude<Part, { kind: 'operator' | 'modifier' }>;
  if (part.kind === 'operand') return { duration: durationOf(reading, part), to: part.to, next: at + 1 };
  const first = operand(reading, parts, at + 1);
  const inner = calculation(reading, parts, first.next, first, operatorStrengths['^']);
  return { ...inner, duration: negated(inner.duration, part.op === '-', { from: part.from, to: inner.to }) };
}

/** A part that the grammar has read as an operand of vectors. */
function durationOf(reading: Reading, { node, from, to }: Operand): DurationExpression {
  const position = { from, to };
  if (node.name === 'NumberDurationLiteral') return literal(reading, position);
  if (node.name === 'ParenExpr') {
    const inner = flatten(reading, childrenOf(node).find(isExpression)!);
    const first = operand(reading, inner, 0);
    const taken = calculation(reading, inner, first.next, first, 0);
    return taken.next === inner.length ? taken.duration : unexpected(reading, taken.to);
  }
  const name = node.name === 'FunctionCall' ? textOf(reading, childAt(node, 0)).toLowerCase() : '';
  if (name === 'step' || name === 'range') return { kind: name, position };
  if (name !== 'min_of' && name !== 'max_of') return unexpected(reading, from);
  const args = childrenOf(childAt(node, 1)).filter(isExpression);
  const [left, right] = args.map((arg) =>
    durationOf(reading, { kind: 'operand', node: arg, from: arg.from, to: arg.to }),
  );
  if (left === undefined || right === undefined) return unexpected(reading, to - 1);
  if (args.length > 2) return unexpected(reading, right.position.to);
  return { kind: 'operation', op: name, left, right, position };
}

function unexpected(reading: Reading, at: number): never {
  const { from, to, description } = tokenAt(reading.source, at);
  return reading.fail(
    { from, to },
    `unexpected ${description} in offset, expected number, duration, step(), or range()`,
  );
}
