import { wholeTextTest } from '../../regular-expression.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { boolean, float, int, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import { operate } from '../value/operate.ts';

/** Kinds of columns that values stand in. */
export type ColumnType = 'string' | 'int' | 'float' | 'boolean';

/** Whether a value of a column is read. */
export type Predicate = (value: string | bigint | number | boolean) => boolean;

export const always: Predicate = () => true;

/** The column that an operand is compared with; `undefined` for a duration, a status, a kind, nil. */
export function columnOf(operand: Static): ColumnType | undefined {
  const type = operand.type.replace('[]', '');
  return type === 'string' || type === 'int' || type === 'float' || type === 'boolean' ? type : undefined;
}

const wrap = {
  string: (value: string) => string(value),
  bigint: (value: bigint) => int(value),
  number: (value: number) => float(value),
  boolean: (value: boolean) => boolean(value),
};

/** The condition on values of a column of the operand's own type. */
export function predicateOf(op: BinaryOperator, operand: Static): Predicate {
  const pattern = patternTest(op, operand);
  if (pattern !== undefined) return pattern;
  return (value) => {
    const type = typeof value as keyof typeof wrap;
    const result = operate(op, (wrap[type] as (value: unknown) => Static)(value), operand);
    return result.type === 'boolean' && result.value;
  };
}

function patternTest(op: BinaryOperator, operand: Static): Predicate | undefined {
  const patterns =
    operand.type === 'string' ? [operand.value] : operand.type === 'string[]' ? operand.value : undefined;
  if (patterns === undefined) return undefined;
  if (op === '=~' || op === 'MATCH ANY') {
    const tests = patterns.map(wholeTextTest);
    return (value) => tests.some((test) => test(String(value)));
  }
  if (op !== '!~' && op !== 'MATCH NONE') return undefined;
  const tests = patterns.map(wholeTextTest);
  // One of several that does not fit is enough for Tempo to read the value; the pipeline then looks at all.
  return (value) => tests.some((test) => !test(String(value)));
}

export const anyOf = (predicates: readonly Predicate[]): Predicate =>
  predicates.length === 1 || predicates.includes(always)
    ? (predicates.find((predicate) => predicate === always) ?? (predicates[0] as Predicate))
    : (value) => predicates.some((predicate) => predicate(value));
