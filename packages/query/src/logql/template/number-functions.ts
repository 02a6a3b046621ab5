import type { GoFunction, GoFunctions, GoValue } from '../../promql/rules/go-template/index.ts';
import { parseByteSize } from '../values/byte-size.ts';
import { parseGoDuration } from '../values/duration.ts';
import { parseGoFloat } from '../values/go-float.ts';
import type { ParsedNumber } from '../values/go-float.ts';
import { defineFunction } from './define-function.ts';
import { add, divide, multiply, subtract, toDecimal, toNumber } from './decimal.ts';
import type { Decimal } from './decimal.ts';

/** What sprig's `int` makes of a value: nothing of what is no number. */
function toInt(value: GoValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : -(2n ** 63n);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'string' ? parseInteger(value) : 0n;
}

/** With the prefixes and underscores of Go, and without a fraction; nothing when it is more than 64 bits hold. */
function parseInteger(text: string): bigint {
  const whole = text.replace(/\.\d*$/, '');
  const [, sign = '', digits = ''] =
    /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[oO]?(?:_?[0-7])+|0[bB](?:_?[01])+|[1-9](?:_?\d)*)$/.exec(whole) ?? [];
  if (digits === '') return 0n;
  const plain = digits.replaceAll('_', '');
  const amount = BigInt(/^0\d/.test(plain) ? `0o${plain.slice(1)}` : plain);
  const value = sign === '-' ? -amount : amount;
  return BigInt.asIntN(64, value) === value ? value : 0n;
}

function toFloat(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return 0;
  const parsed = parseGoFloat(value);
  return 'value' in parsed ? parsed.value : 0;
}

/** Ints have 64 bits and go round. */
function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function ints(least: number, call: (values: readonly bigint[]) => bigint): GoFunction {
  const takes = Array.from({ length: least }, () => 'any');
  return { takes, rest: 'any', call: (...values) => wrap(call(values.map((value) => toInt(value)))) };
}

function intPair(call: (left: bigint, right: bigint) => bigint): GoFunction {
  return { takes: ['any', 'any'], call: (left, right) => wrap(call(toInt(left), toInt(right))) };
}

function checkDivisor(divisor: bigint): void {
  if (divisor === 0n) throw new Error('runtime error: integer divide by zero');
}

function floats(call: (values: readonly number[]) => number): GoFunction {
  return { takes: ['any'], rest: 'any', call: (...values) => call(values.map((value) => toFloat(value))) };
}

/** Most numbers of one exact calculation: each makes the result longer. */
const maxDecimals = 1000;

/** Exact arithmetic of decimals, one after the other. */
function decimals(least: number, combine: (left: Decimal, right: Decimal) => Decimal): GoFunction {
  const takes = Array.from({ length: least }, () => 'any');
  return {
    takes,
    rest: 'any',
    call(...values) {
      if (values.length > maxDecimals) throw new Error(`more than ${maxDecimals} arguments`);
      const numbers = values.map((value) => toDecimal(toFloat(value)));
      if (least === 0) numbers.unshift(toDecimal(0));
      return toNumber(numbers.reduce((left, right) => combine(left, right)));
    },
  };
}

function float1(call: (value: number) => number): GoFunction {
  return { takes: ['any'], call: (value) => call(toFloat(value)) };
}

function round(value: number, places: number, roundOn: number): number {
  const power = 10 ** places;
  const digit = power * value;
  const fraction = digit - Math.trunc(digit);
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power;
}

function reader(read: (text: string) => ParsedNumber): GoFunction {
  return defineFunction(['string'], (text: string) => {
    const parsed = read(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed.value;
  });
}

const seconds = reader((text) => {
  const parsed = parseGoDuration(text);
  return 'value' in parsed ? { value: parsed.value / 1e9 } : parsed;
});

/** Functions of numbers that templates of LogQL have; most take texts also. */
export const numberFunctions: GoFunctions = {
  int: { takes: ['any'], call: toInt },
  float64: { takes: ['any'], call: toFloat },
  add: ints(0, (values) => values.reduce((sum, value) => sum + value, 0n)),
  sub: intPair((left, right) => left - right),
  mul: ints(1, (values) => values.reduce((product, value) => wrap(product * value), 1n)),
  div: intPair((left, right) => {
    checkDivisor(right);
    return left / right;
  }),
  mod: intPair((left, right) => {
    checkDivisor(right);
    return left % right;
  }),
  addf: decimals(0, add),
  subf: decimals(1, subtract),
  mulf: decimals(1, multiply),
  divf: decimals(1, divide),
  max: ints(1, (values) => values.reduce((best, value) => (value > best ? value : best))),
  min: ints(1, (values) => values.reduce((best, value) => (value < best ? value : best))),
  maxf: floats((values) => Math.max(...values)),
  minf: floats((values) => Math.min(...values)),
  ceil: float1(Math.ceil),
  floor: float1(Math.floor),
  round: {
    takes: ['any', 'int'],
    rest: 'float64',
    call: (value, places, on) => round(toFloat(value), Number(places), on === undefined ? 0.5 : toFloat(on)),
  },
  bytes: reader(parseByteSize),
  duration: seconds,
  duration_seconds: seconds,
};
