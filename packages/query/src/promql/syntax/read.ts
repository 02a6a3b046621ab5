import type { SyntaxNode } from '@lezer/common';
import type { Expression } from '../ast.ts';
import { functionTypes } from '../functions/types.ts';
import { readAggregate } from './aggregate.ts';
import { parseNumber } from './number.ts';
import { flatten, isComposite } from './flatten.ts';
import type { ParseFailure } from './parse-error.ts';
import { ordered } from './precedence.ts';
import { isExpression, type Reading, stringOf, textOf } from './reading.ts';
import { readVectorSelector } from './selector.ts';
import { childrenOf } from './tree.ts';

/** Deepest nesting of expressions: what is deeper is no query of a person, and would take the whole stack. */
const maxDepth = 200;

type Reader = (reading: Reading, node: SyntaxNode) => Expression;

/** Expressions that begin and end with themselves; the others are put together in `precedence.ts`. */
const readers: Readonly<Record<string, Reader>> = {
  AggregateExpr: readAggregate,
  FunctionCall: readCall,
  NumberDurationLiteral: readNumber,
  ParenExpr: readParentheses,
  StringLiteral: (reading, node) => ({
    kind: 'string',
    value: stringOf(reading, node),
    position: span(node),
  }),
  VectorSelector: readVectorSelector,
};

/** Our tree of a tree of the grammar that has no error in it. */
export function readExpression(source: string, root: SyntaxNode, fail: ParseFailure): Expression {
  let depth = 0;
  const reading: Reading = {
    source,
    fail,
    expression(node) {
      const reader = readers[node.name];
      depth += 1;
      if (depth > maxDepth) fail(node, 'expression is nested too deep');
      let expression: Expression;
      if (isComposite(reading, node)) expression = ordered(reading, flatten(reading, node));
      else if (reader === undefined)
        expression = fail(node, `unexpected "${source.slice(node.from, node.to)}"`);
      else expression = reader(reading, node);
      depth -= 1;
      return expression;
    },
  };
  return reading.expression(root);
}

function readNumber(reading: Reading, node: SyntaxNode): Expression {
  const text = textOf(reading, node);
  const value = parseNumber(text);
  return value === undefined
    ? reading.fail(node, badNumber(text))
    : { kind: 'number', value, position: span(node) };
}

function badNumber(text: string): string {
  if (/[a-z]$/i.test(text)) return 'duration out of range';
  return `error parsing number: strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range`;
}

function readCall(reading: Reading, node: SyntaxNode): Expression {
  const [identifier, body] = childrenOf(node);
  if (identifier === undefined || body === undefined) return reading.fail(node, 'unexpected end of input');
  const name = textOf(reading, identifier);
  if (functionTypes[name] === undefined)
    reading.fail(identifier, `unknown function with name ${JSON.stringify(name)}`);
  const args = childrenOf(body)
    .filter(isExpression)
    .map((arg) => reading.expression(arg));
  return { kind: 'call', name, args, position: span(node) };
}

function readParentheses(reading: Reading, node: SyntaxNode): Expression {
  const inner = childrenOf(node).find(isExpression);
  if (inner === undefined) return reading.fail(node, 'unexpected right parenthesis ")"');
  return { kind: 'parentheses', expression: reading.expression(inner), position: span(node) };
}

function span(node: SyntaxNode): { from: number; to: number } {
  return { from: node.from, to: node.to };
}
