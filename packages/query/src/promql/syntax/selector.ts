import type { SyntaxNode } from '@lezer/common';
import type { LabelMatcher } from '../../labels.ts';
import type { QueryError } from '../../query-error.ts';
import { wholeTextTest } from '../../regular-expression.ts';
import type { VectorSelector } from '../ast.ts';
import { labelName, type Reading, stringOf, textOf } from './reading.ts';
import { childAt, childrenOf } from './tree.ts';

/** `name{label="value"}`; the name before the braces becomes the last matcher. */
export function readVectorSelector(reading: Reading, node: SyntaxNode): VectorSelector {
  let name = '';
  const matchers: LabelMatcher[] = [];
  for (const child of childrenOf(node)) {
    if (child.name === 'Identifier') name = textOf(reading, child);
    else for (const matcher of childrenOf(child)) matchers.push(readMatcher(reading, matcher));
  }
  if (name !== '') matchers.push({ name: '__name__', op: '=', value: name });
  return {
    kind: 'selector',
    name,
    matchers,
    extension: 'none',
    offset: undefined,
    at: undefined,
    position: { from: node.from, to: node.to },
  };
}

function readMatcher(reading: Reading, node: SyntaxNode): LabelMatcher {
  // A quoted text alone is the name of the metric.
  if (node.name === 'QuotedLabelName') return { name: '__name__', op: '=', value: labelName(reading, node) };
  const op = textOf(reading, childAt(node, 1)) as LabelMatcher['op'];
  const value = stringOf(reading, childAt(node, 2));
  const matcher: LabelMatcher = { name: labelName(reading, childAt(node, 0)), op, value };
  checkExpression(reading, node, matcher);
  return matcher;
}

function checkExpression(reading: Reading, node: SyntaxNode, matcher: LabelMatcher): void {
  if (matcher.op !== '=~' && matcher.op !== '!~') return;
  try {
    wholeTextTest(matcher.value);
  } catch (error) {
    reading.fail(node, (error as QueryError).message);
  }
}
