import { QueryError } from '../../query-error.ts';
import { isNumeric } from '../value/types.ts';
import { referencesSpan } from './fold.ts';
import type {
  MetricsExpression,
  MetricsFunction,
  PipelineStage,
  Query,
  ScalarExpression,
  SecondStage,
} from './ast.ts';
import { printExpression } from './print.ts';
import { attributeProblem, fieldProblem, impliedType } from './validate-field.ts';

/** Most attributes of one `by`, the bucket of a histogram among them. */
const maxGroupBy = 5;
const maxCompareValues = 1_000;

/**
 * Checks what a query that parses must be besides.
 *
 * @throws {QueryError} `bad_data`, in the words of Tempo
 */
export function validate(query: Query): void {
  const problem = query.root.kind === 'pipeline' ? stageProblem(query.root) : metricsProblem(query.root);
  if (problem !== undefined) throw new QueryError('bad_data', problem);
}

type Problem = string | undefined;

const firstOf = <T>(items: readonly T[], problemOf: (item: T) => Problem): Problem => {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

function stageProblem(stage: PipelineStage): Problem {
  switch (stage.kind) {
    case 'pipeline':
      return firstOf(stage.stages, stageProblem);
    case 'filter':
      return filterProblem(stage);
    case 'spanset-operation':
      return stageProblem(stage.left) ?? stageProblem(stage.right);
    case 'group':
      return referencesSpan(stage.expression)
        ? fieldProblem(stage.expression)
        : `grouping field expressions must reference the span: ${printExpression(stage)}`;
    case 'select':
      return firstOf(stage.attributes, attributeProblem);
    case 'scalar-filter':
      return scalarFilterProblem(stage);
    case 'aggregate':
      return scalarProblem(stage);
    default:
      return undefined;
  }
}

function filterProblem(filter: Extract<PipelineStage, { kind: 'filter' }>): Problem {
  const problem = fieldProblem(filter.expression);
  if (problem !== undefined) return problem;
  const type = impliedType(filter.expression);
  return type === 'attribute' || type === 'boolean'
    ? undefined
    : `span filter field expressions must resolve to a boolean: ${printExpression(filter)}`;
}

function scalarProblem(expression: ScalarExpression): Problem {
  switch (expression.kind) {
    case 'static':
      return undefined;
    case 'pipeline':
      return firstOf(expression.stages, stageProblem);
    case 'aggregate':
      return aggregateProblem(expression);
    default:
      return operationProblem(expression);
  }
}

function aggregateProblem(aggregate: Extract<ScalarExpression, { kind: 'aggregate' }>): Problem {
  const { operand } = aggregate;
  if (operand === undefined) return undefined;
  const problem = fieldProblem(operand);
  if (problem !== undefined) return problem;
  const type = impliedType(operand);
  if (type !== 'attribute' && !isNumeric(type)) {
    return `aggregate field expressions must resolve to a number type: ${printExpression(aggregate)}`;
  }
  return referencesSpan(operand)
    ? undefined
    : `aggregate field expressions must reference the span: ${printExpression(aggregate)}`;
}

/** Scalars are numbers, so that every operator takes them. */
function operationProblem(
  operation:
    | Extract<ScalarExpression, { kind: 'scalar-operation' }>
    | Extract<PipelineStage, { kind: 'scalar-filter' }>,
): Problem {
  return scalarProblem(operation.left) ?? scalarProblem(operation.right);
}

function scalarFilterProblem(filter: Extract<PipelineStage, { kind: 'scalar-filter' }>): Problem {
  const problem = operationProblem(filter);
  if (problem !== undefined) return problem;
  if (filter.left.kind !== 'aggregate') return 'scalar filter lhs of type (%v) not yet supported';
  return filter.right.kind === 'static' ? undefined : 'scalar filter rhs of type (%v) not yet supported';
}

function metricsProblem(expression: MetricsExpression): Problem {
  const leaves = leavesOf(expression);
  return (
    firstOf(leaves, ({ pipeline }) => stageProblem(pipeline)) ??
    firstOf(leaves, ({ first }) => functionProblem(first)) ??
    secondStageProblem(expression) ??
    (leaves.some(({ first }) => first.kind === 'compare') &&
    (expression.kind === 'math' || expression.second.length > 0)
      ? '`compare()` cannot be used with second stage functions'
      : undefined)
  );
}

type Leaf = Extract<MetricsExpression, { kind: 'metrics' }>;

/** The queries for series that an expression computes with, left to right. */
export function leavesOf(expression: MetricsExpression): readonly Leaf[] {
  return expression.kind === 'metrics'
    ? [expression]
    : [...leavesOf(expression.left), ...leavesOf(expression.right)];
}

function functionProblem(first: MetricsFunction): Problem {
  if (first.kind === 'compare') return compareProblem(first);
  const withBucket = first.op === 'histogram_over_time' || first.op === 'quantile_over_time';
  const limit = withBucket || first.op === 'avg_over_time' ? maxGroupBy - 1 : maxGroupBy;
  if (first.by.length > limit) return `metrics group by ${first.by.length} values not yet supported`;
  const wrong = first.quantileRatios.find((ratio) => ratio < 0 || ratio > 1);
  return wrong === undefined ? undefined : `quantile must be between 0 and 1: ${wrong}`;
}

function compareProblem(first: Extract<MetricsFunction, { kind: 'compare' }>): Problem {
  const problem = filterProblem(first.selection);
  if (problem !== undefined) return problem;
  if (first.topN <= 0 || first.topN > maxCompareValues) {
    return `compare() top number of values must be an integer between 1 and ${maxCompareValues}`;
  }
  if (first.startNs === 0n && first.endNs === 0n) return undefined;
  if (first.startNs <= 0n || first.endNs <= 0n) {
    return 'compare() timestamps must be positive integer unix nanoseconds';
  }
  return first.endNs <= first.startNs
    ? 'compare() end timestamp must be greater than start timestamp'
    : undefined;
}

function secondStageProblem(expression: MetricsExpression): Problem {
  const inner =
    expression.kind === 'math'
      ? (secondStageProblem(expression.left) ?? secondStageProblem(expression.right))
      : undefined;
  return inner ?? firstOf(expression.second, limitProblem);
}

const limitProblem = (stage: SecondStage): Problem =>
  (stage.kind === 'topk' || stage.kind === 'bottomk') && stage.limit <= 0
    ? 'limit must be greater than 0'
    : undefined;
