import { equals } from '../value/equality.ts';
import { operate, negate } from '../value/operate.ts';
import { boolean, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import type { BinaryOperator, FieldExpression, UnaryOperator } from './ast.ts';
import { fieldProblem } from './validate-field.ts';

/** An operation; what speaks of no span is computed at once. */
export function binary(op: BinaryOperator, left: FieldExpression, right: FieldExpression): FieldExpression {
  const expression: FieldExpression = {
    kind: 'binary',
    op,
    left: isTraceId(right) ? withoutLeadingZeros(left) : left,
    right: isTraceId(left) ? withoutLeadingZeros(right) : right,
  };
  return folded(expression, () =>
    left.kind === 'static' && right.kind === 'static' ? operate(op, left.value, right.value) : undefined,
  );
}

export function unary(op: UnaryOperator, operand: FieldExpression): FieldExpression {
  const expression: FieldExpression = { kind: 'unary', op, operand };
  return folded(expression, () => (operand.kind === 'static' ? unaryOf(op, operand.value) : undefined));
}

/** The value of an operator with one operand; `undefined` when the type does not take it. */
export function unaryOf(op: UnaryOperator, operand: Static): Static | undefined {
  switch (op) {
    case '!':
      return operand.type === 'boolean' ? boolean(!operand.value) : undefined;
    case '-':
      return negate(operand);
    case 'exists':
      return boolean(operand.type !== 'nil');
    default:
      // What is fetched to show that there is no attribute is this text.
      return boolean(equals(operand, string('nil')));
  }
}

/** A valid operation over values alone becomes its value; one that cannot be computed stays, to fail when it is run. */
function folded(expression: FieldExpression, compute: () => Static | undefined): FieldExpression {
  if (referencesSpan(expression) || fieldProblem(expression) !== undefined) return expression;
  try {
    const value = compute();
    return value === undefined ? expression : { kind: 'static', value };
  } catch {
    return expression;
  }
}

const isTraceId = (expression: FieldExpression): boolean =>
  expression.kind === 'attribute' && expression.attribute.intrinsic === 'trace:id';

function withoutLeadingZeros(expression: FieldExpression): FieldExpression {
  if (expression.kind !== 'static' || expression.value.type !== 'string') return expression;
  return { kind: 'static', value: string(expression.value.value.replace(/^0+/, '')) };
}

const references = new WeakMap<FieldExpression, boolean>();

/** Whether an expression needs a span to have a value; remembered, as it is asked on every level of a tree. */
export function referencesSpan(expression: FieldExpression): boolean {
  const known = references.get(expression);
  if (known !== undefined) return known;
  const found = looksAtSpan(expression);
  references.set(expression, found);
  return found;
}

function looksAtSpan(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'static':
      return false;
    case 'attribute':
      return true;
    case 'unary':
      return referencesSpan(expression.operand);
    default:
      return referencesSpan(expression.left) || referencesSpan(expression.right);
  }
}
