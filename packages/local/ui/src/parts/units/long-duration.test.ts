import { describe, expect, it } from 'vitest';
import { clockDuration, longDuration } from './long-duration.ts';
import { numberText } from './number-text.ts';

describe('longDuration', () => {
  it.each([
    [Number.NaN, 0, ''],
    [0, 0, '0 seconds'],
    [-90_000, 1, '1 minute, 30 seconds ago'],
    [86_400_000, 0, '1 day'],
  ])('of %d ms with %d more is "%s"', (ms, more, expected) => {
    expect(longDuration(ms, 'second', more)).toBe(expected);
  });
});

describe('clockDuration', () => {
  it.each([
    [Infinity, false, ''],
    [-61, false, '00:01:01 ago'],
    [3_661, true, '01:01:01'],
    [90_061, true, '1 d 01:01:01'],
  ])('of %d s, with days: %j, is "%s"', (seconds, withDays, expected) => {
    expect(clockDuration(seconds, withDays)).toBe(expected);
  });
});

describe('numberText', () => {
  it.each([
    [Number.NaN, undefined, 'NaN'],
    [Infinity, undefined, '∞'],
    [-Infinity, undefined, '-∞'],
    [1e300, 20, '1e+300'],
    [1e-9, 2, '0.00'],
    [1e30, undefined, '1e+30'],
  ])('of %d with %j decimals is %s', (value, decimals, expected) => {
    expect(numberText(value, decimals)).toBe(expected);
  });
});
