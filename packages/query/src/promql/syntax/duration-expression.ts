import type { SyntaxNode } from '@lezer/common';
import type { DurationExpression } from '../ast.ts';
import { maxDurationMs } from './duration.ts';
import { isDuration } from './number.ts';
import { numberOf, type Reading, textOf } from './reading.ts';
import { childrenOf } from './tree.ts';

type Operator = '+' | '-' | '*' | '/' | '%' | '^';

const operators: Readonly<Record<string, Operator>> = {
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
    return {
      kind: 'operation',
      op,
      left: readDuration(reading, second),
      right: readDuration(reading, third),
      position: span(node),
    };
  }
  if (first.name === 'UnaryOp' && second !== undefined) return signed(reading, node, first, second);
  const op = second === undefined ? undefined : operators[second.name];
  if (op === undefined || third === undefined || second === undefined) return readDuration(reading, first);
  const right = readDuration(reading, third);
  if ((op === '/' || op === '%') && right.kind === 'seconds' && right.value === 0) {
    return reading.fail(second, op === '/' ? 'division by zero' : 'modulo by zero');
  }
  return { kind: 'operation', op, left: readDuration(reading, first), right, position: span(node) };
}

/** A range or a step: a number alone must be above 0; a calculation is checked when it is resolved. */
export function readPositiveDuration(reading: Reading, node: SyntaxNode): DurationExpression {
  const duration = readDuration(reading, node);
  if (duration.kind === 'seconds' && duration.value <= 0) {
    return reading.fail(duration.position, 'duration must be greater than 0');
  }
  return duration;
}

function literal(reading: Reading, node: SyntaxNode): DurationExpression {
  const text = textOf(reading, node);
  const value = numberOf(reading, node, text);
  return inRange(reading, { kind: 'seconds', value, isDuration: isDuration(text), position: span(node) });
}

function signed(
  reading: Reading,
  node: SyntaxNode,
  sign: SyntaxNode,
  operand: SyntaxNode,
): DurationExpression {
  const inner = readDuration(reading, operand);
  const negative = textOf(reading, sign) === '-';
  if (inner.kind === 'seconds')
    return { ...inner, value: negative ? -inner.value : inner.value, position: span(node) };
  return negative
    ? { kind: 'operation', op: '-', left: undefined, right: inner, position: span(node) }
    : inner;
}

function inRange(reading: Reading, duration: DurationExpression & { kind: 'seconds' }): DurationExpression {
  if (Math.abs(duration.value) * 1000 > maxDurationMs + 1)
    return reading.fail(duration.position, 'duration out of range');
  return duration;
}

function span(node: SyntaxNode): { from: number; to: number } {
  return { from: node.from, to: node.to };
}
