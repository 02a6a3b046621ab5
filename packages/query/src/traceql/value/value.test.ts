import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration-text.ts';
import { encode } from './encode.ts';
import { operate } from './operate.ts';
import { float, int, staticOf, string } from './static.ts';
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
  ])('reads %s as %s ns', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
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
  ])('prints %o as %s', (value, expected) => {
    expect(encode(value)).toBe(expected);
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
    expect(() => operate('=', staticOf(['a', 'b']), staticOf(['a', 'b']))).toThrow('array operators');
    expect(() => operate('+', staticOf([1n, 2n]), int(1n))).toThrow('unsupported operation');
  });
});
