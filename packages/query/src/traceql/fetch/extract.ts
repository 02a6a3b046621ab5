import { sameAttribute } from '../syntax/attribute.ts';
import type {
  Attribute,
  BinaryExpression,
  BinaryOperator,
  FieldExpression,
  MetricsFunction,
  Pipeline,
  PipelineStage,
  ScalarExpression,
  SpansetOperator,
} from '../syntax/ast.ts';
import type { Static } from '../value/static.ts';
import { sameSubject } from './condition.ts';
import type { Aspect, Condition, FetchRequest } from './condition.ts';

interface Draft {
  conditions: Condition[];
  allConditions: boolean;
  secondPass: Condition[];
  selectAll: boolean;
}

const draft = (): Draft => ({ conditions: [], allConditions: true, secondPass: [], selectAll: false });

const any = (subject: Attribute | Aspect): Condition => ({ subject, op: 'any', operand: undefined });

/** What has to be read for a pipeline and, behind it, a function of metrics. */
export function requestOf(pipeline: Pipeline, first?: MetricsFunction): FetchRequest {
  const request = draft();
  fromPipeline(pipeline, request);
  if (first?.kind === 'compare') request.selectAll = true;
  if (first?.kind === 'over-time') fromFunction(first, request);
  if (first !== undefined && !hasSubject(request, 'start')) request.secondPass.push(any('start'));
  return request;
}

function fromPipeline({ stages }: Pipeline, request: Draft): void {
  let selected = false;
  for (const stage of stages) {
    if (selected) intoSecondPass(stage, request);
    else fromStage(stage, request);
    // What comes after `select` is read with it.
    if (stage.kind === 'select') selected = true;
  }
}

function intoSecondPass(stage: PipelineStage, request: Draft): void {
  const own = draft();
  fromStage(stage, own);
  for (const condition of [...own.conditions, ...own.secondPass]) {
    const read = [...request.conditions, ...request.secondPass].some(
      (other) => other.op === 'any' && covers(other.subject, condition.subject),
    );
    if (!read) request.secondPass.push(condition);
  }
}

const aspectOf: Readonly<Record<string, Aspect>> = {
  '>>': 'descendants',
  '<<': 'descendants',
  '>': 'children',
  '<': 'children',
  '~': 'siblings',
};

function fromStage(stage: PipelineStage, request: Draft): void {
  switch (stage.kind) {
    case 'pipeline':
      return fromPipeline(stage, request);
    case 'filter':
      fromField(stage.expression, request);
      return fromEmptyFilter(stage.expression, request);
    case 'spanset-operation': {
      const aspect = aspectOf[baseOf(stage.op)];
      if (aspect !== undefined) request.conditions.push(any(aspect));
      fromStage(stage.left, request);
      fromStage(stage.right, request);
      request.allConditions = false;
      return;
    }
    case 'group':
      fromField(stage.expression, request);
      request.allConditions = false;
      return;
    case 'select':
      request.secondPass.push(...stage.attributes.map(any));
      return;
    case 'scalar-filter':
      fromScalar(stage.left, request);
      return fromScalar(stage.right, request);
    default:
    // `coalesce` needs nothing; an aggregate that ends a pipeline stands in a comparison of them, which is refused.
  }
}

/** An operator without the sign that negates or widens it. */
const baseOf = (op: SpansetOperator): string => (op === '&&' ? op : op.replace(/^[!&]/, ''));

/** `{ }` reads something that every span has. */
function fromEmptyFilter(expression: FieldExpression, request: Draft): void {
  if (expression.kind !== 'static' || expression.value.type !== 'boolean' || !expression.value.value) return;
  const matchesAll = request.conditions.some(
    ({ subject, op }) => op === 'any' && (typeof subject === 'string' || subject.intrinsic !== undefined),
  );
  if (!matchesAll) request.conditions.push(any('start'));
}

function fromScalar(expression: ScalarExpression, request: Draft): void {
  // Operations of them, and pipelines, are refused before a query is run.
  if (expression.kind !== 'aggregate') return;
  request.allConditions = false;
  if (expression.operand !== undefined) fromField(expression.operand, request);
}

/** What an expression of a filter needs. */
function fromField(expression: FieldExpression, request: Draft): void {
  switch (expression.kind) {
    case 'static':
      return;
    case 'attribute':
      request.conditions.push(any(expression.attribute));
      return;
    case 'unary': {
      const { op, operand } = expression;
      if (operand.kind === 'attribute' && (op === 'exists' || op === 'not exists')) {
        request.conditions.push({ subject: operand.attribute, op, operand: undefined });
      } else fromField(operand, request);
      return;
    }
    case 'binary':
      return fromBinary(expression, request);
  }
}

const arithmetic: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*', '/', '%', '^']);

function fromBinary({ op, left, right }: BinaryExpression, request: Draft): void {
  if (left.kind === 'attribute' && right.kind === 'static') {
    request.conditions.push(comparison(left.attribute, op, right.value));
  } else if (left.kind === 'static' && right.kind === 'attribute') {
    // The operator is not turned around, in Tempo neither: `5 < .a` reads what is below 5, and then finds nothing.
    request.conditions.push(comparison(right.attribute, op, left.value));
  } else if (left.kind === 'attribute') {
    request.conditions.push(any(left.attribute));
    if (right.kind === 'attribute') request.conditions.push(any(right.attribute));
    else fromField(right, request);
  } else if (left.kind === 'static') {
    fromField(right, request);
  } else {
    fromField(left, request);
    fromField(right, request);
    if (op === '||') request.allConditions = false;
  }
}

function comparison(subject: Attribute, op: BinaryOperator, operand: Static): Condition {
  const whole = arithmetic.has(op) || (operand.type === 'boolean' && (op === '&&' || op === '||'));
  return whole ? any(subject) : { subject, op, operand };
}

function fromFunction(first: Extract<MetricsFunction, { kind: 'over-time' }>, request: Draft): void {
  if (first.attribute !== undefined && !hasSubject(request, first.attribute)) {
    request.secondPass.push(any(first.attribute));
  }
  for (const attribute of first.by) {
    const read =
      request.allConditions || first.op === 'avg_over_time'
        ? hasSubject(request, attribute)
        : request.secondPass.some(({ subject }) => covers(subject, attribute));
    if (!read) request.secondPass.push(any(attribute));
  }
}

const hasSubject = ({ conditions, secondPass }: Draft, wanted: Attribute | Aspect): boolean =>
  [...conditions, ...secondPass].some(({ subject }) => covers(subject, wanted));

/** Whether reading one subject reads the other: `.a` reads `span.a` and `resource.a`. */
function covers(subject: Attribute | Aspect, wanted: Attribute | Aspect): boolean {
  if (sameSubject(subject, wanted)) return true;
  if (typeof subject === 'string' || typeof wanted === 'string') return false;
  if (subject.scope !== 'none' || (wanted.scope !== 'span' && wanted.scope !== 'resource')) return false;
  return sameAttribute(subject, { ...wanted, scope: 'none' });
}
