import { numberOf } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  MathOperator,
  MetricsExpression,
  ScalarExpression,
  SpansetOperator,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { ConstantItem, Item, MetricsItem, ScalarItem, Sort, Sorts } from './item.ts';
import { foldConstants } from './parse-scalar.ts';

const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const;
const structural = [
  '>',
  '<',
  '>>',
  '<<',
  '~',
  '!>',
  '!<',
  '!~',
  '!>>',
  '!<<',
  '&>',
  '&<',
  '&~',
  '&>>',
  '&<<',
] as const;

/** How tightly an operator outside of `{ }` binds. */
const levels: ReadonlyMap<string, number> = new Map(
  [['&&', '||'], [...comparisons, ...structural], ['+', '-'], [], ['*', '/', '%'], ['^']].flatMap(
    (operators, index) => operators.map((operator) => [operator, index + 1] as const),
  ),
);

export const levelOf = (op: string): number | undefined => levels.get(op);

const isComparison = new Set<string>(comparisons);
const isSpansetOperator = new Set<string>([...structural, '&&', '||']);
const isArithmetic = new Set(['+', '-', '*', '/', '%', '^']);
const isMath = new Set(['+', '-', '*', '/']);

/**
 * What may stand to the right of an operator, after a left side of this sort; `undefined` when the left side does not
 * take the operator.
 *
 * @param sorts what the whole may be
 */
export function rightSorts(left: Sort, op: string, sorts: Sorts): Sorts | undefined {
  const wanted = candidates(left, op, sorts).filter((sort) => sort !== undefined);
  return wanted.length > 0 ? new Set(wanted) : undefined;
}

function candidates(left: Sort, op: string, sorts: Sorts): readonly (Sort | undefined)[] {
  const ifWanted = (sort: Sort): Sort | undefined => (sorts.has(sort) ? sort : undefined);
  switch (left) {
    case 'spansets':
    case 'pipelines':
      return isSpansetOperator.has(op) ? [left] : [];
    case 'scalar':
      return isArithmetic.has(op) || (isComparison.has(op) && sorts.has('filter'))
        ? ['scalar', 'constant']
        : [];
    case 'constant':
      if (isComparison.has(op)) return sorts.has('filter') ? ['scalar'] : [];
      if (isMath.has(op)) return ['constant', ifWanted('scalar'), ifWanted('metrics')];
      return isArithmetic.has(op) ? [ifWanted('scalar')] : [];
    case 'scalar-pipeline':
      if (isComparison.has(op)) return sorts.has('last-filter') ? ['scalar-pipeline', 'constant'] : [];
      return isArithmetic.has(op) ? ['scalar-pipeline'] : [];
    case 'metrics':
      return isMath.has(op) ? ['metrics', 'constant'] : [];
    default:
      return [];
  }
}

/** Two sides joined by an operator that both take: of which sort they are, `rightSorts` has seen to. */
export function combine(cursor: Cursor, op: string, left: Item, right: Item): Item {
  if (left.sort === 'constant' && right.sort === 'constant') {
    return { sort: 'constant', value: foldConstants(cursor, op as MathOperator, left.value, right.value) };
  }
  if (left.sort === 'spansets' || left.sort === 'pipelines') {
    const { node } = right as typeof left;
    return {
      sort: left.sort,
      node: { kind: 'spanset-operation', op: op as SpansetOperator, left: left.node, right: node },
    };
  }
  if (left.sort === 'metrics' || right.sort === 'metrics')
    return math(cursor, op as MathOperator, left as MathItem, right as MathItem);
  return scalars(op, left as ScalarItem | ConstantItem, right as ScalarItem | ConstantItem);
}

function scalars(op: string, left: ScalarItem | ConstantItem, right: ScalarItem | ConstantItem): Item {
  const sides = { left: scalarOf(left), right: scalarOf(right) };
  const pipelines = left.sort === 'scalar-pipeline';
  if (isComparison.has(op)) {
    return {
      sort: pipelines ? 'last-filter' : 'filter',
      node: { kind: 'scalar-filter', op: op as ComparisonOperator, ...sides },
    };
  }
  return {
    sort: pipelines ? 'scalar-pipeline' : 'scalar',
    node: { kind: 'scalar-operation', op: op as ArithmeticOperator, ...sides },
  };
}

function scalarOf(item: ScalarItem | ConstantItem): ScalarExpression {
  return item.sort === 'constant' ? { kind: 'static', value: item.value } : item.node;
}

type MathItem = MetricsItem | ConstantItem;

/** Series with series or a number. */
function math(cursor: Cursor, op: MathOperator, left: MathItem, right: MathItem): Item {
  if (left.sort === 'constant') {
    const { node } = right as MetricsItem;
    return {
      sort: 'metrics',
      node: withConstant(node, op, plainNumber(cursor, op, left.value), 'left'),
    };
  }
  if (right.sort === 'constant') {
    return {
      sort: 'metrics',
      node: withConstant(left.node, op, plainNumber(cursor, op, right.value), 'right'),
    };
  }
  return { sort: 'metrics', node: { kind: 'math', op, left: left.node, right: right.node, second: [] } };
}

function plainNumber(cursor: Cursor, op: MathOperator, value: Static): number {
  if (value.type === 'duration') {
    const message = 'duration cannot be used as a scalar operand in metric arithmetic';
    // Of what binds tightest Tempo does not wait for the token after.
    cursor.fail(message, op === '*' || op === '/' ? cursor.last() : cursor.peek());
  }
  return numberOf(value);
}

function withConstant(
  expression: MetricsExpression,
  op: MathOperator,
  value: number,
  side: 'left' | 'right',
): MetricsExpression {
  return { ...expression, second: [...expression.second, { kind: 'scalar-math', op, value, side }] };
}
