import { searchExpression } from '../../regular-expression.ts';
import { isNumeric, operatorTakes, typesMatch } from '../value/types.ts';
import type { ImpliedType } from '../value/types.ts';
import { isServiceName, printAttribute } from './attribute.ts';
import type { Attribute, BinaryExpression, BinaryOperator, FieldExpression, Intrinsic } from './ast.ts';
import { printExpression } from './print.ts';

/** What intrinsics are. */
const intrinsicTypes: Readonly<Partial<Record<Intrinsic, ImpliedType>>> = {
  duration: 'duration',
  traceDuration: 'duration',
  'event:timeSinceStart': 'duration',
  'span:childCount': 'int',
  nestedSetLeft: 'int',
  nestedSetRight: 'int',
  nestedSetParent: 'int',
  name: 'string',
  statusMessage: 'string',
  rootName: 'string',
  rootServiceName: 'string',
  'event:name': 'string',
  'link:traceID': 'string',
  'link:spanID': 'string',
  'trace:id': 'string',
  'span:id': 'string',
  'span:parentID': 'string',
  status: 'status',
  kind: 'kind',
  parent: 'nil',
};

const arithmetic: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*', '/', '%', '^']);

const types = new WeakMap<FieldExpression, ImpliedType>();

/** The type an expression will have. */
export function impliedType(expression: FieldExpression): ImpliedType {
  const known = types.get(expression) ?? findType(expression);
  types.set(expression, known);
  return known;
}

function findType(expression: FieldExpression): ImpliedType {
  switch (expression.kind) {
    case 'static':
      return expression.value.type;
    case 'attribute': {
      const { intrinsic } = expression.attribute;
      return (intrinsic === undefined ? undefined : intrinsicTypes[intrinsic]) ?? 'attribute';
    }
    case 'unary':
      return expression.op === 'exists' || expression.op === 'not exists'
        ? 'boolean'
        : impliedType(expression.operand);
    default: {
      if (!arithmetic.has(expression.op)) return 'boolean';
      const left = impliedType(expression.left);
      return left === 'attribute' ? impliedType(expression.right) : left;
    }
  }
}

const problems = new WeakMap<FieldExpression, { readonly problem: string | undefined }>();

/**
 * What is wrong with an expression, in the words of Tempo; `undefined` when nothing is. It is remembered, as it is asked
 * on every level of a tree.
 */
export function fieldProblem(expression: FieldExpression): string | undefined {
  const known = problems.get(expression);
  if (known !== undefined) return known.problem;
  const problem = findProblem(expression);
  problems.set(expression, { problem });
  return problem;
}

function findProblem(expression: FieldExpression): string | undefined {
  switch (expression.kind) {
    case 'static':
      return undefined;
    case 'attribute':
      return attributeProblem(expression.attribute);
    case 'unary':
      return unaryProblem(expression);
    default:
      return binaryProblem(expression);
  }
}

/** What Tempo parses and does not support yet. */
export function attributeProblem({ parent, intrinsic }: Attribute): string | undefined {
  if (parent) return 'parent not yet supported';
  return intrinsic === 'parent' ? 'intrinsic (parent) not yet supported' : undefined;
}

function unaryProblem(expression: Extract<FieldExpression, { kind: 'unary' }>): string | undefined {
  const { op, operand } = expression;
  const inner = fieldProblem(operand);
  if (inner !== undefined) return inner;
  if (op === 'not exists' && operand.kind === 'attribute') {
    const { attribute } = operand;
    const name = printAttribute(attribute);
    if (attribute.intrinsic !== undefined) return `${name}=nil is not valid because intrinsics cannot be nil`;
    if (isServiceName(attribute))
      return `${name}=nil is not valid because resource.service.name cannot be nil`;
  }
  const type = impliedType(operand);
  const fits =
    type === 'attribute' ||
    (op === '-' && isNumeric(type)) ||
    (op === '!' && type === 'boolean') ||
    op === 'exists' ||
    op === 'not exists';
  return fits ? undefined : `illegal operation for the given type: ${printExpression(expression)}`;
}

function binaryProblem(expression: BinaryExpression): string | undefined {
  const { op, left, right } = expression;
  const inner = fieldProblem(left) ?? fieldProblem(right);
  if (inner !== undefined) return inner;
  const leftType = impliedType(left);
  const rightType = impliedType(right);
  if (!typesMatch(leftType, rightType)) {
    return `binary operations must operate on the same type: ${printExpression(expression)}`;
  }
  if (!operatorTakes(op, leftType, rightType)) {
    return `illegal operation for the given types: ${printExpression(expression)}`;
  }
  return op === '=~' || op === '!~' ? patternProblem(right) : undefined;
}

function patternProblem(pattern: FieldExpression): string | undefined {
  if (pattern.kind !== 'static' || pattern.value.type !== 'string') {
    return `invalid type for =~ or !~: ${printExpression(pattern)}`;
  }
  try {
    searchExpression(pattern.value.value);
    return undefined;
  } catch {
    return `invalid regex: ${printExpression(pattern)}`;
  }
}
