import { QueryError } from '../../query-error.ts';
import { operate } from '../value/operate.ts';
import type { Static } from '../value/static.ts';
import type { Column } from './columns.ts';
import type { Condition } from './condition.ts';

/** Whether a value of a column is read. */
export type ColumnTest = (value: Static) => boolean;

const all: ColumnTest = () => true;

/**
 * The test of a column by a condition.
 *
 * @throws {QueryError} `execution` for what Tempo cannot ask of a column
 */
export function columnTest({ type }: Pick<Column<never>, 'type'>, { op, operand }: Condition): ColumnTest {
  if (op === 'not exists') return () => false;
  if (op === 'any' || op === 'exists' || operand === undefined) return all;
  if (type === 'span-id' || type === 'trace-id') return idTest(type, op, operand as TextOperand);
  return (value) => {
    const result = operate(op, value, operand);
    return result.type === 'boolean' && result.value;
  };
}

/** What an id is compared with: other types are no query. */
type TextOperand = Extract<Static, { type: 'string' | 'string[]' }>;

const idOperators: ReadonlySet<string> = new Set(['=', '!=', 'IN', 'NOT IN']);

/**
 * Ids are compared as bytes. What is no id lets everything through, for the pipeline to decide; an id of a span that
 * begins with a byte of zeros is cut short by Tempo and fits nothing.
 */
function idTest(
  type: 'span-id' | 'trace-id',
  op: Exclude<Condition['op'], 'any' | 'exists' | 'not exists'>,
  operand: TextOperand,
): ColumnTest {
  const ids = operand.type === 'string' ? [operand.value] : operand.value;
  const digits = type === 'span-id' ? 16 : 32;
  if (ids.some((id) => !/^[\da-f]*$/i.test(id) || significant(id).length > digits)) return all;
  if (!idOperators.has(op)) throw new QueryError('execution', `operator not supported for IDs: ${op}`);
  const wanted = new Set(
    ids.map((id) => (type === 'span-id' ? evenDigits(significant(id)) : significant(id))),
  );
  const negative = op === '!=' || op === 'NOT IN';
  return (value) => {
    const id = (value as TextOperand).value as string;
    const own = type === 'span-id' && significant(id) !== '' ? id : significant(id);
    return wanted.has(own) !== negative;
  };
}

const significant = (id: string): string => id.toLowerCase().replace(/^0+/, '');
const evenDigits = (id: string): string => (id.length % 2 === 1 ? `0${id}` : id);
