import { QueryError } from '../../query-error.ts';
import { parseError } from '../parse-error.ts';
import type {
  BinaryOperation,
  MetricExpression,
  RangeOperation,
  VectorAggregation,
  VectorOperation,
} from '../syntax/ast.ts';
import { emptySelectorProblem } from '../syntax/check-selectors.ts';
import { binaryEvaluator, literalEvaluator } from './binary-evaluator.ts';
import { labelReplaceEvaluator } from './label-replace-evaluator.ts';
import { rangeEvaluator } from './range-evaluator.ts';
import type { EvaluationContext, StepEvaluator } from './step-evaluator.ts';
import { oneGroup, vectorEvaluator } from './vector-evaluator.ts';

/** Range aggregations into which Loki brings the grouping of a `sum` around them. */
const takesOuterGrouping: ReadonlySet<RangeOperation> = new Set([
  'bytes_over_time',
  'bytes_rate',
  'sum_over_time',
  'rate',
  'count_over_time',
]);

/** Makes an expression ready to be evaluated step by step; its sources are opened. */
export async function metricEvaluator(
  expression: MetricExpression,
  context: EvaluationContext,
): Promise<StepEvaluator> {
  switch (expression.type) {
    case 'range-aggregation': {
      return rangeEvaluator(expression, undefined, context);
    }
    case 'vector-aggregation': {
      return vectorEvaluator(expression, await operandOf(expression, context), context.table);
    }
    case 'binary': {
      return operationEvaluator(expression, context);
    }
    case 'label-replace': {
      return labelReplaceEvaluator(
        expression,
        await metricEvaluator(expression.operand, context),
        context.table,
      );
    }
    case 'vector': {
      const sample = { series: context.table.of([]), value: expression.value };
      return { next: () => Promise.resolve([sample]), skip: () => undefined, close: () => undefined };
    }
    default: {
      throw noEvaluator();
    }
  }
}

/** Aggregations that Loki takes apart before it sees that there is nothing to read. */
const takenApart: ReadonlySet<VectorOperation> = new Set(['sum', 'avg', 'count']);

function noEvaluator(): QueryError {
  const message = 'unexpected expr type (*syntax.LiteralExpr) for Evaluator type (*logql.DefaultEvaluator) ';
  return new QueryError('execution', message);
}

function operandOf(
  { operation, operand, grouping }: VectorAggregation,
  context: EvaluationContext,
): Promise<StepEvaluator> {
  if (operand.type === 'literal' && takenApart.has(operation)) throw parseError(emptySelectorProblem);
  const bringsIn =
    operation === 'sum' &&
    operand.type === 'range-aggregation' &&
    operand.grouping === undefined &&
    takesOuterGrouping.has(operand.operation);
  return bringsIn
    ? rangeEvaluator(operand, grouping ?? oneGroup, context)
    : metricEvaluator(operand, context);
}

async function operationEvaluator(
  operation: BinaryOperation,
  context: EvaluationContext,
): Promise<StepEvaluator> {
  const { left, right } = operation;
  if (left.type === 'literal') {
    return literalEvaluator(operation, await metricEvaluator(right, context), left.value, 'left');
  }
  if (right.type === 'literal') {
    return literalEvaluator(operation, await metricEvaluator(left, context), right.value, 'right');
  }
  const leftEvaluator = await metricEvaluator(left, context);
  const rightEvaluator = await metricEvaluator(right, context);
  return binaryEvaluator(operation, leftEvaluator, rightEvaluator, context.table);
}
