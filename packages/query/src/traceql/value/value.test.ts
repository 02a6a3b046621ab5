import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration-text.ts';
import { encode } from './encode.ts';
import { anyValueOf } from '../run/any-value.ts';
import { compare, equals, strictlyEquals } from './equality.ts';
import { negate, operate } from './operate.ts';
import { float, int, keyOf, nil, staticOf, string } from './static.ts';
import type { Static } from './static.ts';
import type { BinaryOperator } from '../syntax/ast.ts';

describe('parseDuration', () => {
  it.each([
    ['1s', 1_000_000_000n],
    ['1.5s', 1_500_000_000n],
    ['1h30m', 5_400_000_000_000n],
    ['2d', 172_800_000_000_000n],
    ['1y', 31_536_000_000_000_000n],
    ['100us', 100_000n],
    ['7ns', 7n],
    ['1', undefined],
    ['1.5d', undefined],
    ['1m1h', 3_660_000_000_000n],
    ['300y', undefined],
    ['1.s', 1_000_000_000n],
  ])('reads %s as %s ns', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    [0n, '0s'],
    [7n, '7ns'],
    [-1_500n, '-1.5µs'],
    [2_000_000n, '2ms'],
    [-90_000_000_000n, '-1m30s'],
    [61_500_000_000n, '1m1.5s'],
    [3_600_000_000_000n, '1h0m0s'],
  ])('is the inverse of formatDuration, which prints %d ns as %s', (ns, text) => {
    expect(formatDuration(ns)).toBe(text);
  });

  it('reads back what formatDuration prints', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 60n }), (ns) => {
        expect(parseDuration(formatDuration(ns))).toBe(ns);
      }),
      { numRuns: 200 },
    );
  });
});

describe('encode', () => {
  it.each([
    [float(1), '1.0'],
    [float(1e21), '1e+21'],
    [float(0.00001), '1e-05'],
    [int(5n), '5'],
    [staticOf(['a', 'b']), '[`a`, `b`]'],
    [staticOf([1n, 2n]), '[1, 2]'],
    [staticOf({ a: 1n }), 'nil'],
    [staticOf(['a', 1n]), 'nil'],
    [staticOf(['a']), 'a'],
    [staticOf([['a']]), 'nil'],
    [float(-0), '-0.0'],
    // As Tempo writes them, with a point that nothing asked for.
    [float(Number.NaN), 'NaN.0'],
    [float(Infinity), '+Inf.0'],
    [staticOf([-Infinity, 1]), '[-Inf, 1]'],
  ])('prints %o as %s', (value, expected) => {
    expect(encode(value)).toBe(expected);
  });
});

describe('equals and strictlyEquals', () => {
  const second: Static = { type: 'duration', value: 1_000_000_000n };
  it.each<[Static, Static, boolean, boolean]>([
    [int(1n), int(1n), true, true],
    [int(1n), float(1), true, false],
    [second, int(1_000_000_000n), true, false],
    [second, float(1e9), true, false],
    [string('1'), int(1n), false, false],
    [nil, nil, false, true],
    [nil, int(1n), false, false],
    [staticOf(['a', 'b']), staticOf(['a', 'b']), true, true],
    [staticOf(['a', 'b']), staticOf(['a', 'c']), false, false],
    [staticOf(['a', 'b']), staticOf(['a', 'b', 'c']), false, false],
    [staticOf(['a', 'b']), string('a'), false, false],
  ])('say of %o and %o %s, with their types %s', (left, right, equal, same) => {
    expect([equals(left, right), equals(right, left)]).toEqual([equal, equal]);
    expect([strictlyEquals(left, right), strictlyEquals(right, left)]).toEqual([same, same]);
  });
});

describe('compare', () => {
  it('puts numbers in their order, and what is of several types in that of Tempo', () => {
    const sorted: readonly Static[] = [
      nil,
      int(-1n),
      float(0.5),
      { type: 'duration', value: 1n },
      int(2n),
      string('a'),
      string('b'),
      staticOf(false),
      staticOf(true),
      { type: 'status', value: 'ok' },
      { type: 'kind', value: 'server' },
    ];
    for (const [at, each] of sorted.entries()) {
      expect(compare(each, each)).toBe(0);
      const [next] = sorted.slice(at + 1);
      if (next === undefined) continue;
      // Of numbers and of what is no number, the type decides: a duration comes after texts then.
      if (each.type === 'duration' || next.type === 'duration') continue;
      expect(Math.sign(compare(each, next))).toBe(-1);
      expect(Math.sign(compare(next, each))).toBe(1);
    }
    expect(compare(float(1), { type: 'duration', value: 1n })).toBe(0);
  });
});

describe('negate', () => {
  it.each<[Static, unknown]>([
    [int(2n), -2n],
    [float(0.5), -0.5],
    [{ type: 'duration', value: 3n }, -3n],
  ])('of %o is %s', (value, expected) => {
    expect(negate(value)).toMatchObject({ value: expected });
  });

  it('is nothing of what is no number', () => {
    expect([negate(string('2')), negate(nil)]).toEqual([undefined, undefined]);
  });
});

describe('keyOf', () => {
  it('tells apart what differs in its type alone, in the sign of zero, or in how an array is cut', () => {
    const values = [
      nil,
      string('nil'),
      int(0n),
      float(0),
      float(-0),
      staticOf(['a', 'b,c']),
      staticOf(['a,b', 'c']),
      staticOf([1n, 2n]),
      staticOf([1, 2]),
    ];
    expect(new Set(values.map(keyOf)).size).toBe(values.length);
  });
});

describe('jsonNumber', () => {
  it.each([
    [1.5, 1.5],
    [Number.NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [-Infinity, '-Infinity'],
  ])('writes %d as the JSON of protobuf does: %s', (value, expected) => {
    expect(anyValueOf(float(value))).toEqual({ doubleValue: expected });
  });
});

describe('operate', () => {
  const seconds: Static = { type: 'duration', value: 1_000_000_000n };
  it.each<[Static, BinaryOperator, Static, unknown]>([
    [int(7n), '/', int(2n), 3n],
    [int(-7n), '%', int(2n), -1n],
    [int(2n), '^', int(3n), 9n],
    [float(2), '^', float(3), 8],
    [int(1n << 62n), '*', int(2n), -(1n << 63n)],
    [int(100n), '^', int(2n), -(1n << 63n)],
    [int(1n), '=', float(1), true],
    [seconds, '>', float(999_999_999.5), true],
    [int(1n), '=', string('1'), false],
    [int(1n), '!=', string('1'), false],
    [string('b'), '>', string('a'), true],
    [string('abc'), '=~', string('a.'), false],
    [string('a\nc'), '=~', string('a.c'), true],
    [staticOf(['a', 'b']), '=', string('b'), true],
    [staticOf(['a', 'b']), '!=', string('b'), false],
    [staticOf([1n, 5n]), '>', int(4n), true],
    [int(4n), '>', staticOf([1n, 5n]), true],
    [string('b'), 'IN', staticOf(['a', 'b']), true],
    [{ type: 'nil' }, '!=', int(1n), false],
  ])('gives of %o %s %o %s', (left, op, right, expected) => {
    const result = operate(op, left, right);
    expect(result.type === 'nil' ? undefined : result.value).toBe(expected);
  });

  it('ends where nothing can be computed', () => {
    expect(() => operate('/', int(1n), int(0n))).toThrow('division by zero');
    expect(() => operate('%', int(1n), int(0n))).toThrow('modulo by zero');
    expect(() => operate('IN', int(1n), int(1n))).toThrow('unexpected operator IN');
    expect(() => operate('=', staticOf(['a', 'b']), staticOf(['a', 'b']))).toThrow('array operators');
    expect(() => operate('+', staticOf([1n, 2n]), int(1n))).toThrow('unsupported operation');
  });
});
