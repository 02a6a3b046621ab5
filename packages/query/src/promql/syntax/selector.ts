import type { SyntaxNode } from '@lezer/common';
import type { LabelMatcher } from '../../labels.ts';
import { QueryError } from '../../query-error.ts';
import { wholeTextTest } from '../../regular-expression.ts';
import type { VectorSelector } from '../ast.ts';
import { type Reading, stringOf, textOf } from './reading.ts';
import { childrenOf } from './tree.ts';

const matchOperators: Readonly<Record<string, LabelMatcher['op']>> = {
  '=': '=',
  '!=': '!=',
  '=~': '=~',
  '!~': '!~',
};

/** `name{label="value"}`; the name before the braces becomes the last matcher. */
export function readVectorSelector(reading: Reading, node: SyntaxNode): VectorSelector {
  let name = '';
  const matchers: LabelMatcher[] = [];
  for (const child of childrenOf(node)) {
    if (child.name === 'Identifier') name = textOf(reading, child);
    else if (child.name === 'LabelMatchers') {
      for (const matcher of childrenOf(child)) matchers.push(readMatcher(reading, matcher));
    }
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
  const [label, operator, value] = childrenOf(node);
  // A quoted text alone is the name of the metric.
  if (node.name === 'QuotedLabelName') {
    return { name: '__name__', op: '=', value: label === undefined ? '' : stringOf(reading, label) };
  }
  if (label === undefined || operator === undefined || value === undefined) {
    return reading.fail(node, 'unexpected end of input in label matching, expected string');
  }
  const quoted = label.name === 'QuotedLabelName' ? label.firstChild : null;
  const name = quoted === null ? textOf(reading, label) : stringOf(reading, quoted);
  const op = matchOperators[textOf(reading, operator)] ?? '=';
  const matcher: LabelMatcher = { name, op, value: stringOf(reading, value) };
  checkExpression(reading, node, matcher);
  return matcher;
}

function checkExpression(reading: Reading, node: SyntaxNode, matcher: LabelMatcher): void {
  if (matcher.op !== '=~' && matcher.op !== '!~') return;
  try {
    wholeTextTest(matcher.value);
  } catch (error) {
    if (error instanceof QueryError) reading.fail(node, error.message);
    throw error;
  }
}
