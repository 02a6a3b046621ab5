import type { SyntaxNode } from '@lezer/common';
import { isExpression, type Reading } from './reading.ts';
import { childAt, childrenOf } from './tree.ts';

export interface Operand {
  readonly kind: 'operand';
  readonly node: SyntaxNode;
  readonly from: number;
  readonly to: number;
}

export interface Sign {
  readonly kind: 'sign';
  readonly op: '+' | '-';
  readonly from: number;
  readonly to: number;
}

/** A part of an expression without its parentheses, in the order of the text. */
export type Part =
  | Operand
  | Sign
  | { readonly kind: 'operator'; readonly node: SyntaxNode }
  | { readonly kind: 'modifier'; readonly node: SyntaxNode };

/** Most operators, signs and modifiers in a row: `a + b + c` is a tree two deep, and each is evaluated within the next. */
export const maxOperators = 500;
export const tooManyOperators = `expression has more than ${maxOperators} operators in a row`;

/** Parts of an expression with so many operators: each has two operands, a sign and modifiers at most. */
const maxParts = 4 * maxOperators;

const modifiers: ReadonlySet<string> = new Set([
  'OffsetExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
  'MatrixSelector',
  'SubqueryExpr',
]);

/** Whether the node is put together with operators, signs and modifiers, so that it matters which of them bind first. */
export function isComposite(reading: Reading, node: SyntaxNode): boolean {
  return (
    node.name === 'BinaryExpr' ||
    node.name === 'UnaryExpr' ||
    modifiers.has(node.name) ||
    isSigned(reading, node)
  );
}

/**
 * The parts of a composite node. The grammar, made for editors, does not always nest them as Prometheus does
 * (`a or b offset 5m`, `-1 ^ 2`), but their order is that of the text.
 */
export function flatten(reading: Reading, root: SyntaxNode): readonly Part[] {
  const parts: Part[] = [];
  // What is still to do, the next one last: no recursion, since a long sum is a deep tree.
  const rest: (Part | SyntaxNode)[] = [root];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if ('kind' in next) parts.push(next);
    else rest.push(...pieces(reading, next).toReversed());
    if (parts.length + rest.length > maxParts) reading.fail(root, tooManyOperators);
  }
  return parts;
}

function pieces(reading: Reading, node: SyntaxNode): (Part | SyntaxNode)[] {
  if (node.name === 'BinaryExpr') {
    const [left, right] = childrenOf(node).filter(isExpression) as [SyntaxNode, SyntaxNode];
    return [left, { kind: 'operator', node }, right];
  }
  if (modifiers.has(node.name)) return [childAt(node, 0), { kind: 'modifier', node }];
  const op = reading.source[node.from] === '-' ? '-' : '+';
  if (node.name === 'UnaryExpr') {
    const inner = childrenOf(node).find(isExpression)!;
    return [{ kind: 'sign', op, from: node.from, to: node.from + 1 }, inner];
  }
  if (!isSigned(reading, node)) return [{ kind: 'operand', node, from: node.from, to: node.to }];
  const [blank] = /^.\s*/.exec(reading.source.slice(node.from, node.to))!;
  return [
    { kind: 'sign', op, from: node.from, to: node.from + 1 },
    { kind: 'operand', node, from: node.from + blank.length, to: node.to },
  ];
}

function isSigned(reading: Reading, node: SyntaxNode): boolean {
  if (node.name !== 'NumberDurationLiteral') return false;
  const first = reading.source[node.from];
  return first === '-' || first === '+';
}
