import { describe, expect, it } from 'vitest';
import { inRange } from './version-range.ts';

describe('inRange', () => {
  it.each([
    ['4.16.0', '>=4.16.0 <6', true],
    ['4.15.9', '>=4.16.0 <6', false],
    ['5.3.0', '>=4.16.0 <6', true],
    ['6.0.0', '>=4.16.0 <6', false],
    ['6.0.0-beta.1', '>=4.16.0 <6', false],
    ['5.0.0-beta.1', '>=4.16.0 <6', true],
    ['1.10.0', '>1.9', true],
    ['1.9.0', '>1.9', false],
    ['2.0.0', '<=2', true],
    ['2.0.1', '<=2', false],
    ['3.1.4', '3.1.4', true],
    ['3.1.5', '=3.1.4', false],
    ['1.0.0', '>=2 <3 || <1.5', true],
    ['1.6.0', '>=2 <3 || <1.5', false],
    ['0.0.1', '*', true],
    ['next', '*', false],
    ['1.0.0', 'next', false],
  ])('of %s and %s is %s', (version, range, expected) => {
    expect(inRange(version, range)).toBe(expected);
  });
});
