import { print } from '../value/encode.ts';
import { printAttribute } from './attribute.ts';
import type { FieldExpression, PipelineStage, ScalarExpression } from './ast.ts';

type Printable = FieldExpression | ScalarExpression | PipelineStage;

/** An expression as Tempo prints it, in messages and as the name of what `by()` and an aggregate give. */
export function printExpression(expression: Printable): string {
  switch (expression.kind) {
    case 'static':
      return print(expression.value);
    case 'attribute':
      return printAttribute(expression.attribute);
    case 'unary':
      return printUnary(expression);
    case 'binary':
    case 'spanset-operation':
    case 'scalar-filter':
    case 'scalar-operation':
      return `${wrapped(expression.left)} ${expression.op} ${wrapped(expression.right)}`;
    case 'filter':
      return `{ ${printExpression(expression.expression)} }`;
    case 'aggregate':
      return `${expression.op}(${expression.operand === undefined ? '' : printExpression(expression.operand)})`;
    case 'pipeline':
      return expression.stages.map(printExpression).join('|');
    case 'group':
      return `by(${printExpression(expression.expression)})`;
    case 'coalesce':
      return 'coalesce()';
    default:
      return `select(${expression.attributes.map(printAttribute).join(', ')})`;
  }
}

function printUnary({ op, operand }: Extract<FieldExpression, { kind: 'unary' }>): string {
  if (op === 'exists') return `${wrapped(operand)} != nil`;
  return op === 'not exists' ? `${wrapped(operand)} = nil` : op + wrapped(operand);
}

function wrapped(expression: Printable): string {
  const text = printExpression(expression);
  return expression.kind === 'static' || expression.kind === 'attribute' ? text : `(${text})`;
}
