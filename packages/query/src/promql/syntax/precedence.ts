import type { SyntaxNode } from '@lezer/common';
import type { QueryPosition } from '../../query-error.ts';
import type { Expression } from '../ast.ts';
import { readOperator } from './binary.ts';
import { maxOperators, type Operand, type Part, type Sign, tooManyOperators } from './flatten.ts';
import { readAt, readExtension, readMatrixSelector, readOffset, readSubquery } from './modifier.ts';
import { isDuration } from './number.ts';
import { readOffsetDuration } from './offset-duration.ts';
import { operatorStrengths } from './operator-strengths.ts';
import { numberOf, type Reading } from './reading.ts';
import { childAt } from './tree.ts';

/** A sign binds like a product: `-a ^ b` is the negative of a power. */
const signStrength = 5;

/** The expression of parts in the order of a text: modifiers bind first, then powers, products and so on. */
export function ordered(reading: Reading, parts: readonly Part[]): Expression {
  let at = 0;
  let depth = 0;

  function operators(weakest: number): Expression {
    let left = prefixed();
    for (let part = parts[at]; part?.kind === 'operator'; part = parts[at]) {
      const operator = readOperator(reading, part.node);
      const strength = operatorStrengths[operator.op];
      if (strength < weakest) break;
      at += 1;
      enter(part.node);
      // Powers group from the right, all else from the left.
      const right = operators(operator.op === '^' ? strength : strength + 1);
      left = { ...operator, left, right, position: { from: left.position.from, to: right.position.to } };
    }
    return left;
  }

  function prefixed(): Expression {
    // Nothing else stands in a text where an operator or a sign wants its operand.
    const part = parts[at] as Operand | Sign;
    at += 1;
    if (part.kind === 'sign') {
      enter(part);
      return signed(part.op, part.from, operators(signStrength + 1));
    }
    return modified(readOperand(reading, part));
  }

  function modified(target: Expression): Expression {
    let expression = target;
    for (let part = parts[at]; part?.kind === 'modifier'; part = parts[at]) {
      at += 1;
      if (part.node.name === 'OffsetExpr') {
        const { duration, to, next } = readOffsetDuration(reading, childAt(part.node, 2), parts, at);
        expression = readOffset(reading, duration, to, expression);
        at = next;
      } else expression = modify(reading, expression, part.node);
      enter(part.node);
    }
    return expression;
  }

  function enter(place: QueryPosition): void {
    depth += 1;
    if (depth > maxOperators) reading.fail(place, tooManyOperators);
  }

  return operators(0);
}

function signed(op: '+' | '-', from: number, operand: Expression): Expression {
  const position = { from, to: operand.position.to };
  if (operand.kind !== 'number') return { kind: 'unary', op, operand, position };
  return { ...operand, value: op === '-' ? -operand.value : operand.value, position };
}

function readOperand(reading: Reading, { node, from, to }: Operand): Expression {
  if (from === node.from) return reading.expression(node);
  // A number whose sign has become a part of its own.
  const position = { from, to };
  const text = reading.source.slice(from, to);
  return { kind: 'number', value: numberOf(reading, position, text), isDuration: isDuration(text), position };
}

function modify(reading: Reading, target: Expression, node: SyntaxNode): Expression {
  switch (node.name) {
    case 'StepInvariantExpr':
      return readAt(reading, node, target);
    case 'AnchoredExpr':
      return readExtension(reading, target, 'anchored');
    case 'SmoothedExpr':
      return readExtension(reading, target, 'smoothed');
    case 'MatrixSelector':
      return readMatrixSelector(reading, node, target);
    default:
      return readSubquery(reading, node, target);
  }
}
