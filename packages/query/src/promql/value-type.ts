import type { Expression, ValueType } from './ast.ts';
import { functionTypes } from './functions/types.ts';

/** What an expression yields. */
export function valueType(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
    case 'aggregate':
      return 'vector';
    case 'range':
    case 'subquery':
      return 'matrix';
    case 'call':
      return functionTypes[expression.name]!.returns;
    case 'binary':
      return valueType(expression.left) === 'scalar' && valueType(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector';
    case 'unary':
      return valueType(expression.operand);
    default:
      return valueType(expression.expression);
  }
}
