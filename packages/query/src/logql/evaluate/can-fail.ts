import type { LabelFilter, MetricExpression, Stage } from '../syntax/ast.ts';

/**
 * Whether the lines that are there decide if an expression has an answer: a parser that does not understand one, a value
 * that is no number, two series where one may be. One that cannot fail need not be evaluated where nobody wants its answer;
 * what can, is evaluated as Loki does it, so that a query fails whenever it fails there.
 */
export function canFail(expression: MetricExpression): boolean {
  switch (expression.type) {
    case 'vector':
      return false;
    case 'range-aggregation':
      return expression.range.unwrap !== undefined || expression.range.selector.stages.some(stageCanFail);
    case 'vector-aggregation':
    case 'label-replace':
      return canFail(expression.operand);
    case 'binary': {
      const { operator, left, right } = expression;
      if (left.type === 'literal') return canFail(right);
      if (right.type === 'literal') return canFail(left);
      const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
      return !isSet || canFail(left) || canFail(right);
    }
    default:
      return true;
  }
}

function stageCanFail(stage: Stage): boolean {
  return stage.type !== 'line-filters' && !(stage.type === 'label-filter' && isMatcher(stage.filter));
}

function isMatcher(filter: LabelFilter): boolean {
  if (filter.type === 'and' || filter.type === 'or') return isMatcher(filter.left) && isMatcher(filter.right);
  return filter.type === 'matcher';
}
