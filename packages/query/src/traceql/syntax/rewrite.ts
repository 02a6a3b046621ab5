import type { Static } from '../value/static.ts';
import { sameAttribute } from './attribute.ts';
import type {
  Attribute,
  BinaryExpression,
  BinaryOperator,
  FieldExpression,
  MetricsExpression,
  PipelineStage,
  Query,
  ScalarExpression,
} from './ast.ts';
import { binary } from './fold.ts';

/**
 * Chains over one attribute become one operation, as in Tempo: `.a = 1 || .a = 2` asks whether `.a` is in a list. It is
 * more than speed: what of a span is fetched, and so what a search shows, depends on it.
 */
export function rewrite(query: Query): Query {
  const { root } = query;
  return { ...query, root: root.kind === 'pipeline' ? rewriteStage(root) : rewriteMetrics(root) };
}

function rewriteMetrics(expression: MetricsExpression): MetricsExpression {
  if (expression.kind === 'metrics') return { ...expression, pipeline: rewriteStage(expression.pipeline) };
  return { ...expression, left: rewriteMetrics(expression.left), right: rewriteMetrics(expression.right) };
}

function rewriteStage<T extends PipelineStage>(stage: T): T;
function rewriteStage(stage: PipelineStage): PipelineStage {
  switch (stage.kind) {
    case 'filter':
    case 'group':
      return { ...stage, expression: rewriteField(stage.expression) };
    case 'pipeline':
      return { ...stage, stages: stage.stages.map((inner) => rewriteStage(inner)) };
    case 'spanset-operation':
      return { ...stage, left: rewriteStage(stage.left), right: rewriteStage(stage.right) };
    case 'scalar-filter':
      return { ...stage, left: rewriteScalar(stage.left), right: rewriteScalar(stage.right) };
    default:
      return stage;
  }
}

function rewriteScalar(expression: ScalarExpression): ScalarExpression {
  switch (expression.kind) {
    case 'pipeline':
      return rewriteStage(expression);
    case 'aggregate':
      return expression.operand === undefined
        ? expression
        : { ...expression, operand: rewriteField(expression.operand) };
    case 'scalar-operation':
      return { ...expression, left: rewriteScalar(expression.left), right: rewriteScalar(expression.right) };
    default:
      return expression;
  }
}

function rewriteField(expression: FieldExpression): FieldExpression {
  if (expression.kind !== 'binary') return expression;
  const left = rewriteField(expression.left);
  // What could be computed was computed when it was parsed: this stays an operation.
  const rebuilt = binary(expression.op, left, rewriteField(expression.right)) as BinaryExpression;
  for (const rule of rules) {
    const list = asList(rebuilt, rule);
    if (list !== undefined) return list;
  }
  return rebuilt;
}

interface Rule {
  readonly outer: BinaryOperator;
  readonly one: BinaryOperator;
  readonly list: BinaryOperator;
}

const rules: readonly Rule[] = [
  { outer: '||', one: '=', list: 'IN' },
  { outer: '&&', one: '!=', list: 'NOT IN' },
  { outer: '||', one: '=~', list: 'MATCH ANY' },
  { outer: '&&', one: '!~', list: 'MATCH NONE' },
];

function asList(expression: BinaryExpression, rule: Rule): FieldExpression | undefined {
  if (expression.op !== rule.outer) return undefined;
  const left = operandsOf(expression.left, rule);
  const right = operandsOf(expression.right, rule);
  if (left === undefined || right === undefined || !sameAttribute(left.attribute, right.attribute))
    return undefined;
  const value = joined(left.value, right.value);
  if (value === undefined) return undefined;
  return binary(rule.list, { kind: 'attribute', attribute: left.attribute }, { kind: 'static', value });
}

function operandsOf(
  expression: FieldExpression,
  rule: Rule,
): { readonly attribute: Attribute; readonly value: Static } | undefined {
  if (expression.kind !== 'binary' || (expression.op !== rule.one && expression.op !== rule.list))
    return undefined;
  const { left, right } = expression;
  if (left.kind === 'attribute' && right.kind === 'static') {
    return { attribute: left.attribute, value: right.value };
  }
  return right.kind === 'attribute' && left.kind === 'static'
    ? { attribute: right.attribute, value: left.value }
    : undefined;
}

const listTypes: ReadonlySet<string> = new Set(['string', 'int', 'float', 'boolean']);

function joined(left: Static, right: Static): Static | undefined {
  const element = left.type.replace('[]', '');
  if (!listTypes.has(element) || right.type.replace('[]', '') !== element) return undefined;
  const values = [left, right].flatMap((side) => (side as { value: unknown }).value);
  return { type: `${element}[]`, value: values } as unknown as Static;
}
