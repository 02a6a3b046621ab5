import type { SyntaxNode } from '@lezer/common';
import type { Aggregate, AggregateOperator, Expression } from '../ast.ts';
import { isExpression, labelName, type Reading, textOf } from './reading.ts';
import { childrenOf } from './tree.ts';

const withParameter: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

/** `sum by (label) (expression)`, `topk(3, expression)`. */
export function readAggregate(reading: Reading, node: SyntaxNode): Aggregate {
  let op = '';
  let grouping: readonly string[] = [];
  let without = false;
  let args: readonly Expression[] = [];
  for (const child of childrenOf(node)) {
    if (child.name === 'AggregateOp') op = textOf(reading, child).toLowerCase();
    else if (child.name === 'AggregateModifier') {
      without = child.firstChild?.name === 'Without';
      grouping = readLabelNames(reading, child.getChild('GroupingLabels')!);
    } else {
      args = childrenOf(child)
        .filter(isExpression)
        .map((arg) => reading.expression(arg));
    }
  }
  const position = { from: node.from, to: node.to };
  if (args.length === 0) return reading.fail(position, 'no arguments for aggregate expression provided');
  const wanted = withParameter.has(op) ? 2 : 1;
  const expression = args[wanted - 1];
  if (args.length !== wanted || expression === undefined) {
    return reading.fail(
      position,
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
    );
  }
  const param = wanted === 2 ? args[0] : undefined;
  return { kind: 'aggregate', op: op as AggregateOperator, param, expression, grouping, without, position };
}

/** The names in `(a, "b.c")`. */
export function readLabelNames(reading: Reading, node: SyntaxNode): readonly string[] {
  return childrenOf(node).map((label) => {
    const name = labelName(reading, label);
    if (name === '') reading.fail(label, `invalid label name for grouping: ${JSON.stringify(name)}`);
    return name;
  });
}
