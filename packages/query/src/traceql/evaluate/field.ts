import { QueryError } from '../../query-error.ts';
import { wholeTextTest } from '../../regular-expression.ts';
import { lookupOf } from '../fetch/span-view.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { BinaryExpression, FieldExpression } from '../syntax/ast.ts';
import { unaryOf } from '../syntax/fold.ts';
import { printExpression } from '../syntax/print.ts';
import { operate } from '../value/operate.ts';
import { boolean, nil } from '../value/static.ts';
import type { Static } from '../value/static.ts';

/** The value of an expression for one span. */
export type FieldFunction = (view: SpanView) => Static;

/** An expression, made ready once for all spans. */
export function compileField(expression: FieldExpression): FieldFunction {
  switch (expression.kind) {
    case 'static': {
      const { value } = expression;
      return () => value;
    }
    case 'attribute':
      return lookupOf(expression.attribute);
    case 'unary':
      return compileUnary(expression);
    default:
      return compileBinary(expression);
  }
}

/** Names of types, as Tempo prints them. */
const typeNames: Readonly<Record<Static['type'], string>> = {
  nil: 'TypeNil',
  int: 'TypeInt',
  float: 'TypeFloat',
  string: 'TypeString',
  boolean: 'TypeBoolean',
  'int[]': 'TypeIntArray',
  'float[]': 'TypeFloatArray',
  'string[]': 'TypeStringArray',
  'boolean[]': 'TypeBooleanArray',
  duration: 'TypeDuration',
  status: 'TypeStatus',
  kind: 'TypeKind',
};

function compileUnary(expression: Extract<FieldExpression, { kind: 'unary' }>): FieldFunction {
  const operand = compileField(expression.operand);
  const { op } = expression;
  const wanted = op === '!' ? 'boolean' : 'numeric';
  return (view) => {
    const value = operand(view);
    const result = unaryOf(op, value);
    if (result !== undefined) return result;
    throw new QueryError(
      'execution',
      `expression (${printExpression(expression)}) expected a ${wanted}, but got ${typeNames[value.type]}`,
    );
  };
}

function compileBinary({ op, left, right }: BinaryExpression): FieldFunction {
  const leftOf = compileField(left);
  const rightOf = compileField(right);
  if (op === '&&' || op === '||') {
    const decided = op === '||';
    return (view) => {
      const value = leftOf(view);
      if (value.type === 'boolean' && value.value === decided) return boolean(decided);
      return operate(op, value, rightOf(view));
    };
  }
  if ((op === '=~' || op === '!~') && right.kind === 'static' && right.value.type === 'string') {
    const pattern = right.value;
    const test = wholeTextTest(pattern.value);
    return (view) => {
      const value = leftOf(view);
      if (value.type === 'string') return boolean(test(value.value) === (op === '=~'));
      return value === nil ? boolean(false) : operate(op, value, pattern);
    };
  }
  return (view) => operate(op, leftOf(view), rightOf(view));
}
