import type { BinaryOperator } from '../syntax/ast.ts';
import type { StaticType } from './static.ts';

/** What an expression will be; `attribute` is known only when a span is at hand. */
export type ImpliedType = StaticType | 'attribute' | 'spanset';

/** The order in which Tempo numbers the types; it decides `min` and `max` over mixed ones. */
const ranks: readonly StaticType[] = [
  'nil',
  'int',
  'float',
  'string',
  'boolean',
  'int[]',
  'float[]',
  'string[]',
  'boolean[]',
  'duration',
  'status',
  'kind',
];

export const typeRank = (type: StaticType): number => ranks.indexOf(type);

export const isNumeric = (type: ImpliedType): boolean =>
  type === 'int' || type === 'float' || type === 'duration';

export const isArray = (type: ImpliedType): boolean => type.endsWith('[]');

/** Whether two types can stand on the two sides of any operator at all. */
export function typesMatch(left: ImpliedType, right: ImpliedType): boolean {
  if (left === 'attribute' || right === 'attribute' || left === right) return true;
  if (isNumeric(left) && isNumeric(right)) return true;
  return left === 'nil' || right === 'nil' || arrayMatches(left, right);
}

/** Whether one side is an array and the other fits its elements. */
function arrayMatches(left: ImpliedType, right: ImpliedType): boolean {
  if (isArray(left)) return typesMatch(left.slice(0, -2) as StaticType, right);
  return isArray(right) && typesMatch(right.slice(0, -2) as StaticType, left);
}

const equality: ReadonlySet<BinaryOperator> = new Set(['=', '!=']);
const membership: ReadonlySet<BinaryOperator> = new Set(['=', '!=', 'IN', 'NOT IN']);
const ordered: ReadonlySet<BinaryOperator> = new Set([...membership, '>', '>=', '<', '<=']);
const logical: ReadonlySet<BinaryOperator> = new Set([...membership, '&&', '||']);
const numeric: ReadonlySet<BinaryOperator> = new Set([...ordered, '+', '-', '*', '/', '%', '^']);
const textual: ReadonlySet<BinaryOperator> = new Set([...ordered, '=~', '!~', 'MATCH ANY', 'MATCH NONE']);

/** Which operators a type takes. */
const operatorsOf: Readonly<Partial<Record<ImpliedType, ReadonlySet<BinaryOperator>>>> = {
  nil: equality,
  status: equality,
  kind: equality,
  boolean: logical,
  'boolean[]': logical,
  int: numeric,
  'int[]': numeric,
  float: numeric,
  'float[]': numeric,
  duration: numeric,
  string: textual,
  'string[]': textual,
};

/** Whether an operator takes both types. */
export function operatorTakes(op: BinaryOperator, left: ImpliedType, right: ImpliedType): boolean {
  const takes = (type: ImpliedType): boolean => type === 'attribute' || operatorsOf[type]?.has(op) === true;
  return takes(left) && takes(right);
}
