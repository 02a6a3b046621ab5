import type { SyntaxNode } from '@lezer/common';
import type { Expression } from '../ast.ts';
import { functionTypes } from '../functions/types.ts';
import { readAggregate } from './aggregate.ts';
import { flatten, isComposite } from './flatten.ts';
import { isDuration } from './number.ts';
import type { ParseFailure } from './parse-error.ts';
import { ordered } from './precedence.ts';
import { isExpression, numberOf, type Reading, stringOf, textOf } from './reading.ts';
import { readVectorSelector } from './selector.ts';
import { childAt, childrenOf } from './tree.ts';

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
      depth += 1;
      if (depth > maxDepth) fail(node, 'expression is nested too deep');
      const expression = isComposite(reading, node)
        ? ordered(reading, flatten(reading, node))
        : readers[node.name]!(reading, node);
      depth -= 1;
      return expression;
    },
  };
  return reading.expression(root);
}

function readNumber(reading: Reading, node: SyntaxNode): Expression {
  const text = textOf(reading, node);
  const value = numberOf(reading, node, text);
  return { kind: 'number', value, isDuration: isDuration(text), position: span(node) };
}

function readCall(reading: Reading, node: SyntaxNode): Expression {
  const identifier = childAt(node, 0);
  const name = textOf(reading, identifier);
  // In other letters than those of the function, which the grammar has been given.
  if (functionTypes[name] === undefined)
    reading.fail(identifier, `unknown function with name ${JSON.stringify(name)}`);
  const args = childrenOf(childAt(node, 1))
    .filter(isExpression)
    .map((arg) => reading.expression(arg));
  return { kind: 'call', name, args, position: span(node) };
}

function readParentheses(reading: Reading, node: SyntaxNode): Expression {
  const inner = childrenOf(node).find(isExpression)!;
  return { kind: 'parentheses', expression: reading.expression(inner), position: span(node) };
}

function span(node: SyntaxNode): { from: number; to: number } {
  return { from: node.from, to: node.to };
}
