import type { SyntaxNode } from '@lezer/common';
import type { QueryPosition } from '../../query-error.ts';
import type { DurationExpression } from '../ast.ts';
import { maxDurationMs } from './duration.ts';
import { isDuration } from './number.ts';
import { numberOf, type Reading, textOf } from './reading.ts';
import { childrenOf } from './tree.ts';

export type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^';

const operators: Readonly<Record<string, DurationOperator>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  Mod: '%',
  Pow: '^',
};

/** A duration between brackets or behind `offset`, as the tree of the grammar has it. */
export function readDuration(reading: Reading, node: SyntaxNode): DurationExpression {
  if (node.name === 'NumberDurationLiteralInDurationContext') return literal(reading, node);
  // A step, a sign, an operator or brackets stand in every other one.
  const [first, second, third] = childrenOf(node) as [SyntaxNode, SyntaxNode, SyntaxNode];
  if (first.name === 'DurationStep') return { kind: 'step', position: span(node) };
  if (first.name === 'DurationRange') return { kind: 'range', position: span(node) };
  if (first.name === 'DurationMinOf' || first.name === 'DurationMaxOf') {
    const op = first.name === 'DurationMinOf' ? 'min_of' : 'max_of';
    const [left, right] = [readDuration(reading, second), readDuration(reading, third)];
    return { kind: 'operation', op, left, right, position: around(left, right) };
  }
  if (first.name === 'UnaryOp' && second !== undefined) return signed(reading, node, first, second);
  const op = second === undefined ? undefined : operators[second.name];
  if (op === undefined || third === undefined || second === undefined) {
    return inBrackets(reading, node, readDuration(reading, first));
  }
  const [left, right] = [readDuration(reading, first), readDuration(reading, third)];
  return calculated(reading, op, left, right, second, around(left, right));
}

/** As in Prometheus, a number in brackets begins with its bracket and ends without it, and anything else begins in it. */
function inBrackets(reading: Reading, node: SyntaxNode, inner: DurationExpression): DurationExpression {
  if (inner.kind !== 'seconds' || isInBrackets(reading, inner)) return inner;
  return { ...inner, position: { from: node.from, to: inner.position.to } };
}

function isInBrackets({ source }: Reading, { position }: DurationExpression): boolean {
  return source[position.from] === '(';
}

function around(left: DurationExpression, right: DurationExpression): QueryPosition {
  return { from: left.position.from, to: right.position.to };
}

/** What an operator makes of two durations. @param sign where the operator stands */
export function calculated(
  reading: Reading,
  op: DurationOperator,
  left: DurationExpression,
  right: DurationExpression,
  sign: QueryPosition,
  position: QueryPosition,
): DurationExpression {
  const isZero = right.kind === 'seconds' && right.value === 0 && !isInBrackets(reading, right);
  if ((op === '/' || op === '%') && isZero) {
    return reading.fail(sign, op === '/' ? 'division by zero' : 'modulo by zero');
  }
  return { kind: 'operation', op, left, right, position };
}

/** A range or a step: a number alone must be above 0; a calculation is checked when it is resolved. */
export function readPositiveDuration(reading: Reading, node: SyntaxNode): DurationExpression {
  const duration = readDuration(reading, node);
  if (duration.kind === 'seconds' && duration.value <= 0 && !isInBrackets(reading, duration)) {
    return reading.fail(duration.position, 'duration must be greater than 0');
  }
  return duration;
}

/** A number or a duration without a sign. */
export function literal(reading: Reading, place: QueryPosition): DurationExpression {
  const text = reading.source.slice(place.from, place.to);
  const value = numberOf(reading, place, text);
  return inRange(reading, {
    kind: 'seconds',
    value,
    isDuration: isDuration(text),
    position: { from: place.from, to: place.to },
  });
}

function signed(
  reading: Reading,
  node: SyntaxNode,
  sign: SyntaxNode,
  operand: SyntaxNode,
): DurationExpression {
  const inner = readDuration(reading, operand);
  const isNegative = textOf(reading, sign) === '-';
  if (inner.kind === 'seconds' && !isInBrackets(reading, inner))
    return negated(inner, isNegative, span(node));
  if (!isNegative) return inner;
  const position = { from: node.from, to: inner.position.to };
  return { kind: 'operation', op: '-', left: undefined, right: inner, position };
}

/** A duration behind a sign. */
export function negated(
  inner: DurationExpression,
  negative: boolean,
  position: QueryPosition,
): DurationExpression {
  if (inner.kind === 'seconds') return { ...inner, value: negative ? -inner.value : inner.value, position };
  return negative ? { kind: 'operation', op: '-', left: undefined, right: inner, position } : inner;
}

function inRange(reading: Reading, duration: DurationExpression & { kind: 'seconds' }): DurationExpression {
  if (Math.abs(duration.value) * 1000 > maxDurationMs + 1)
    return reading.fail(duration.position, 'duration out of range');
  return duration;
}

function span(node: SyntaxNode): { from: number; to: number } {
  return { from: node.from, to: node.to };
}
