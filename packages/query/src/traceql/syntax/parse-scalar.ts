import type { QueryError } from '../../query-error.ts';
import { operate } from '../value/operate.ts';
import type { Static } from '../value/static.ts';
import type { AggregateFunction, FieldExpression } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseField } from './parse-field.ts';

const aggregates: ReadonlySet<string> = new Set<AggregateFunction>(['count', 'avg', 'min', 'max', 'sum']);

export interface AggregateExpression {
  readonly kind: 'aggregate';
  readonly op: AggregateFunction;
  readonly operand: FieldExpression | undefined;
}

/** The aggregate that comes next, if one does. */
export function aggregateStartingAt(cursor: Cursor): AggregateExpression | undefined {
  const { type } = cursor.peek();
  if (!aggregates.has(type)) return undefined;
  const op = cursor.next().type as AggregateFunction;
  cursor.expect('(');
  const operand = op === 'count' ? undefined : cursor.nested(() => parseField(cursor));
  cursor.expect(')');
  return { kind: 'aggregate', op, operand };
}

/** An operation over two constants, computed while parsing. */
export function foldConstants(
  cursor: Cursor,
  op: '+' | '-' | '*' | '/',
  left: Static,
  right: Static,
): Static {
  if (left.type === 'duration' || right.type === 'duration') {
    cursor.fail('duration cannot be used in scalar arithmetic');
  }
  try {
    return operate(op, left, right);
  } catch (error) {
    return cursor.fail((error as QueryError).message);
  }
}
