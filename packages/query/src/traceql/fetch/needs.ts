import type { SpanNeed } from '../source.ts';
import type { Attribute, BinaryExpression, FieldExpression, Pipeline } from '../syntax/ast.ts';
import type { Static } from '../value/static.ts';

/**
 * What a span must have for a pipeline to leave anything of its trace: the comparisons that its first filter joins with
 * `&&`. What cannot be said so, such as what is negated, is no need.
 */
export function needsOf({ stages: [first] }: Pipeline): readonly SpanNeed[] {
  return first?.kind === 'filter' ? needsIn(first.expression) : [];
}

function needsIn(expression: FieldExpression): readonly SpanNeed[] {
  if (expression.kind !== 'binary') return [];
  const { op, left, right } = expression;
  if (op === '&&') return [...needsIn(left), ...needsIn(right)];
  if (left.kind !== 'attribute' || right.kind !== 'static') return [];
  const need = needOf(left.attribute, op, right.value);
  return need === undefined ? [] : [need];
}

type Operator = BinaryExpression['op'];
const equalities: ReadonlySet<Operator> = new Set(['=', 'IN']);
/** With these, a span without the attribute is never left. */
const positive: ReadonlySet<Operator> = new Set([...equalities, '>', '>=', '<', '<=', '=~', 'MATCH ANY']);

function needOf(
  { scope, name, intrinsic, parent }: Attribute,
  op: Operator,
  operand: Static,
): SpanNeed | undefined {
  if (parent || !positive.has(op)) return undefined;
  const values = equalities.has(op) ? valuesOf(operand) : undefined;
  switch (intrinsic) {
    case undefined:
      break;
    case 'name':
      return values && { kind: 'name', values };
    case 'event:name':
      // A span without events is read to have one with an empty name.
      return values === undefined || values.includes('') ? undefined : { kind: 'event-name', values };
    // Of these two only equality is a comparison, and with nothing of another type.
    case 'status':
      return { kind: 'status', status: (operand as Extract<Static, { type: 'status' }>).value };
    case 'kind':
      return { kind: 'span-kind', spanKind: (operand as Extract<Static, { type: 'kind' }>).value };
    case 'duration':
      return durationNeed(op, operand);
    default:
      return undefined;
  }
  // An attribute that is asked to be missing is read as this text.
  if (scope === 'instrumentation' || operand.type === 'nil' || values?.includes('nil') === true)
    return undefined;
  // A service without a name is read to have an empty one.
  const mayBeEmpty = name === 'service.name' && scope !== 'span' && values?.includes('') !== false;
  if (mayBeEmpty) return undefined;
  return {
    kind: 'attribute',
    scope: scope === 'none' ? 'any' : scope === 'resource' ? 'resource' : 'packed',
    key: name,
    values,
  };
}

/** What an operand is equal to; undefined for what is no value of an attribute, and for lists, which end some queries. */
function valuesOf(operand: Static): readonly (string | bigint | number | boolean)[] | undefined {
  switch (operand.type) {
    case 'string':
    case 'int':
    case 'float':
    case 'boolean':
      return [operand.value];
    default:
      return undefined;
  }
}

/** @param op `=` or an order; what is in a list is looked for without a need */
function durationNeed(op: Operator, operand: Static): SpanNeed | undefined {
  if (operand.type !== 'duration' && operand.type !== 'int' && operand.type !== 'float') return undefined;
  const ns = Number(operand.value);
  return {
    kind: 'duration',
    minNs: op.startsWith('<') ? -Infinity : ns,
    maxNs: op.startsWith('>') ? Infinity : ns,
  };
}
