import type { SyntaxNode } from '@lezer/common';
import type { QueryPosition } from '../../query-error.ts';
import type { Expression } from '../ast.ts';
import { parseNumber } from './number.ts';
import type { ParseFailure } from './parse-error.ts';
import { literalText } from './string-literal.ts';
import { childAt } from './tree.ts';

/** What every part of the reader needs: the text, how to fail, and the way down to the expressions inside. */
export interface Reading {
  readonly source: string;
  readonly fail: ParseFailure;
  readonly expression: (node: SyntaxNode) => Expression;
}

export function textOf(reading: Reading, node: SyntaxNode): string {
  return reading.source.slice(node.from, node.to);
}

/** The value of a number or a duration without a sign; fails where it does not fit. */
export function numberOf(reading: Reading, place: QueryPosition, text: string): number {
  const value = parseNumber(text);
  if (value !== undefined) return value;
  if (/[a-z]$/i.test(text)) return reading.fail(place, 'duration out of range');
  return reading.fail(
    place,
    `error parsing number: strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range`,
  );
}

/** The text a string literal stands for; fails where it is none. */
export function stringOf(reading: Reading, node: SyntaxNode): string {
  const literal = textOf(reading, node);
  if (literal.includes('\uFFFD') || !literal.isWellFormed()) reading.fail(node, 'invalid UTF-8 rune');
  // The grammar lets the end of the query end a text.
  if (!/^(?:`.*`|(["'])(?:[^\\]|\\.)*\1)$/s.test(literal)) reading.fail(node, 'unterminated quoted string');
  const read = literalText(literal);
  return 'text' in read ? read.text : reading.fail(node, read.problem);
}

/** The name of a label or a metric, which may stand in quotes. */
export function labelName(reading: Reading, node: SyntaxNode): string {
  return node.name === 'QuotedLabelName' ? stringOf(reading, childAt(node, 0)) : textOf(reading, node);
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
