import { QueryError } from '../../query-error.ts';
import { wholeTextTest } from '../../regular-expression.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { equals } from './equality.ts';
import { boolean, duration, elementsOf, float, int, numberOf } from './static.ts';
import type { Static } from './static.ts';
import { isArray, operatorTakes, typesMatch } from './types.ts';

/**
 * The value of an operation with two operands. Operands of types that do not fit give false, which is how an attribute
 * that is missing, or of another type, matches nothing.
 *
 * @throws {QueryError} `execution` where Tempo ends the query: a division of ints by zero, two arrays
 */
export function operate(op: BinaryOperator, left: Static, right: Static): Static {
  if (!typesMatch(left.type, right.type) || !operatorTakes(op, left.type, right.type)) return boolean(false);
  return isArray(left.type) || isArray(right.type) ? onArray(op, left, right) : onScalars(op, left, right);
}

function onScalars(op: BinaryOperator, left: Static, right: Static): Static {
  if (left.type === 'string' && right.type === 'string') {
    const text = textual[op];
    if (text !== undefined) return boolean(text(left.value, right.value));
  }
  if (left.type === 'int' && right.type === 'int') {
    const whole = wholeNumbers[op];
    if (whole !== undefined) return int(whole(left.value, right.value));
  }
  if (left.type === 'boolean' && right.type === 'boolean') {
    if (op === '&&') return boolean(left.value && right.value);
    if (op === '||') return boolean(left.value || right.value);
  }
  if (op === '=') return boolean(equals(left, right));
  if (op === '!=') return boolean(left.type !== 'nil' && right.type !== 'nil' && !equals(left, right));
  const ordered = comparisons[op];
  if (ordered !== undefined) {
    return boolean(
      left.type === 'int' && right.type === 'int'
        ? ordered(left.value, right.value)
        : ordered(numberOf(left), numberOf(right)),
    );
  }
  const decimal = decimals[op];
  if (decimal === undefined) throw new QueryError('execution', `unexpected operator ${op}`);
  return float(decimal(numberOf(left), numberOf(right)));
}

const comparisons: Readonly<
  Partial<Record<BinaryOperator, <T extends bigint | number | string>(a: T, b: T) => boolean>>
> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

const textual: Readonly<Partial<Record<BinaryOperator, (left: string, right: string) => boolean>>> = {
  ...comparisons,
  '=~': (text, pattern) => wholeTextTest(pattern)(text),
  '!~': (text, pattern) => !wholeTextTest(pattern)(text),
};

const wholeNumbers: Readonly<Partial<Record<BinaryOperator, (left: bigint, right: bigint) => bigint>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? failed('division by zero') : a / b),
  '%': (a, b) => (b === 0n ? failed('modulo by zero') : a % b),
  // The wrong way round for ints, and only for them: so it is in Tempo, and answers have to be the same.
  '^': (exponent, base) => truncated(Number(base) ** Number(exponent)),
};

const decimals: Readonly<Partial<Record<BinaryOperator, (left: number, right: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};

function failed(message: string): never {
  throw new QueryError('execution', message);
}

/** A float as an int of 64 bits; what does not fit becomes the smallest, as on the processors that Tempo runs on. */
function truncated(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}

/** Operators that take the array on the right, by what they ask of its elements. */
const elementOperators: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  IN: '=',
  'NOT IN': '!=',
  'MATCH ANY': '=~',
  'MATCH NONE': '!~',
};
const flipped: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
};
const nonBoolean: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*', '/', '%', '^']);

/** One element has to fit; for `!=` and `!~`, all of them. */
function onArray(op: BinaryOperator, left: Static, right: Static): Static {
  if (nonBoolean.has(op)) failed('unsupported operation');
  if (isArray(left.type) && isArray(right.type)) {
    failed('array operators must consist of a scalar and an array operand');
  }
  const member = elementOperators[op];
  const leftArray = isArray(left.type);
  const elementOp = member ?? (leftArray ? (flipped[op] ?? op) : op);
  // The pattern stands on the right, whichever side the array is on.
  const patternLast = leftArray && (elementOp === '=~' || elementOp === '!~');
  const scalar = leftArray ? right : left;
  const elements = elementsOf(leftArray ? left : right);
  const fits = (element: Static): boolean => {
    const result = patternLast ? operate(elementOp, element, scalar) : operate(elementOp, scalar, element);
    return result.type === 'boolean' && result.value;
  };
  return boolean(
    elementOp === '!=' || elementOp === '!~'
      ? elements.every((element) => fits(element))
      : elements.some((element) => fits(element)),
  );
}

/** The value below zero; `undefined` for what is no number. */
export function negate(value: Static): Static | undefined {
  if (value.type === 'int') return int(-value.value);
  if (value.type === 'duration') return duration(-value.value);
  return value.type === 'float' ? float(-value.value) : undefined;
}
