import type { SyntaxNode } from '@lezer/common';
import type { Expression } from '../ast.ts';
import type { ParseFailure } from './parse-error.ts';
import { unquote } from './string-literal.ts';

/** What every part of the reader needs: the text, how to fail, and the way down to the expressions inside. */
export interface Reading {
  readonly source: string;
  readonly fail: ParseFailure;
  readonly expression: (node: SyntaxNode) => Expression;
}

export function textOf(reading: Reading, node: SyntaxNode): string {
  return reading.source.slice(node.from, node.to);
}

/** The text a string literal stands for; fails where it is none. */
export function stringOf(reading: Reading, node: SyntaxNode): string {
  const literal = textOf(reading, node);
  if (literal.includes('\uFFFD') || !literal.isWellFormed()) reading.fail(node, 'invalid UTF-8 rune');
  const value = unquote(literal);
  if (value !== undefined) return value;
  if (literal.length < 2 || literal.at(-1) !== literal[0]) {
    return reading.fail(
      node,
      literal.startsWith('`') ? 'unterminated raw string' : 'unterminated quoted string',
    );
  }
  return reading.fail(node, `error unquoting string ${JSON.stringify(literal)}: invalid syntax`);
}

/** An expression of a syntax node, by its name; what is not in here is punctuation or a modifier. */
const expressionNames = new Set([
  'AggregateExpr',
  'BinaryExpr',
  'FunctionCall',
  'MatrixSelector',
  'NumberDurationLiteral',
  'OffsetExpr',
  'AnchoredExpr',
  'SmoothedExpr',
  'ParenExpr',
  'StringLiteral',
  'SubqueryExpr',
  'UnaryExpr',
  'VectorSelector',
  'StepInvariantExpr',
]);

export function isExpression(node: SyntaxNode): boolean {
  return expressionNames.has(node.name);
}
