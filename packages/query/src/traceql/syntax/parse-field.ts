import { boolean, duration, float, int, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import { parseDuration } from '../value/duration-text.ts';
import type { SpanKind, SpanStatus } from '../model.ts';
import { attributeStartingAt } from './parse-attribute.ts';
import type { BinaryOperator, FieldExpression } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { binary, unary } from './fold.ts';
import type { Token } from './token.ts';

/** How tightly operators bind; those of one level go from left to right, but for `^`. */
const levels: ReadonlyMap<string, number> = new Map(
  [
    ['&&', '||'],
    ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'],
    ['+', '-'],
    [],
    ['*', '/', '%'],
    ['^'],
  ].flatMap((operators, index) => operators.map((operator) => [operator, index + 1] as const)),
);
const comparisonLevel = 2;
/** Where a sign in front stops: `-.a * 2` is `-(.a * 2)`, and `-.a + 2` is `(-.a) + 2`. */
const prefixLevels = { '-': 4, '!': 5 } as const;

/** The expression inside `{ }`, of `by()` or of an aggregate. */
export function parseField(cursor: Cursor, minLevel = 0): FieldExpression {
  let left = parseOperand(cursor);
  for (;;) {
    const op = cursor.peek().type;
    const level = levels.get(op);
    if (level === undefined || level < minLevel) return left;
    cursor.operator();
    if ((op === '=' || op === '!=') && cursor.accept('nil')) {
      left = unary(op === '=' ? 'not exists' : 'exists', left);
      continue;
    }
    left = binary(op as BinaryOperator, left, parseField(cursor, op === '^' ? level : level + 1));
  }
}

function parseOperand(cursor: Cursor): FieldExpression {
  const { type } = cursor.peek();
  if (type === '-' || type === '!') {
    cursor.operator();
    return cursor.nested(() => unary(type, parseField(cursor, prefixLevels[type])));
  }
  if (type === '(') {
    cursor.next();
    return cursor.nested(() => {
      const inner = parseField(cursor);
      return cursor.accept(')') ? inner : cursor.unexpected();
    });
  }
  if (type === 'nil') return parseNilFirst(cursor);
  const attribute = attributeStartingAt(cursor);
  if (attribute !== undefined) return { kind: 'attribute', attribute };
  return { kind: 'static', value: parseStatic(cursor) };
}

/** `nil = .a` and `nil != .a`. */
function parseNilFirst(cursor: Cursor): FieldExpression {
  cursor.next();
  const op = cursor.peek().type;
  if (op !== '=' && op !== '!=') return cursor.unexpected(['=', '!=']);
  cursor.operator();
  if (cursor.accept('nil')) return { kind: 'static', value: boolean(false) };
  return unary(op === '=' ? 'not exists' : 'exists', parseField(cursor, comparisonLevel + 1));
}

const statuses: ReadonlySet<string> = new Set<SpanStatus>(['ok', 'error', 'unset']);
const kinds: ReadonlySet<string> = new Set<SpanKind>([
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
]);

/** A value as it is written. */
export function parseStatic(cursor: Cursor): Static {
  const { type } = cursor.peek();
  const literal = literals[type];
  if (literal !== undefined) return literal(cursor.next(), cursor);
  if (type === 'true' || type === 'false') return boolean(cursor.next().type === 'true');
  if (statuses.has(type)) return { type: 'status', value: cursor.next().type as SpanStatus };
  if (kinds.has(type)) return { type: 'kind', value: cursor.next().type as SpanKind };
  return cursor.unexpected();
}

const largest = 0x7fff_ffff_ffff_ffffn;
const namedInts: ReadonlyMap<string, bigint> = new Map([
  ['minInt', -largest - 1n],
  ['maxInt', largest],
]);

const literals: Readonly<Record<string, (token: Token, cursor: Cursor) => Static>> = {
  STRING: ({ text }) => string(text),
  INTEGER: ({ text }) => int(BigInt(text)),
  FLOAT: ({ text }) => float(Number(text)),
  // What is no duration is no such token.
  DURATION: ({ text }) => duration(parseDuration(text)!),
  IDENTIFIER(token, cursor) {
    const value = namedInts.get(token.text);
    return value === undefined ? cursor.fail(`unknown identifier: ${token.text}`, token) : int(value);
  },
};
