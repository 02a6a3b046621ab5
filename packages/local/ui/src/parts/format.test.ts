import { describe, expect, it } from 'vitest';
import {
  ago,
  bytes,
  clockTime,
  dayTime,
  duration,
  momentTime,
  percent,
  roundDuration,
  shortNumber,
} from './format.ts';

describe('shortNumber', () => {
  it.each([
    [0, '0'],
    [1234, '1.23k'],
    [0.004_21, '0.00421'],
    [5_000_000, '5M'],
    [-1500, '-1.5k'],
    [Number.NaN, '–'],
    [Infinity, '∞'],
  ])('writes %d as %s', (value, expected) => {
    expect(shortNumber(value)).toBe(expected);
  });
});

describe('duration', () => {
  it.each([
    [0.000_43, '430 µs'],
    [0.0123, '12.3 ms'],
    [1.2, '1.2 s'],
    [250, '4 min 10 s'],
    [7500, '2 h 5 min'],
    [90_000, '1 d 1 h'],
    [Number.NaN, '–'],
  ])('writes %d s as %s', (value, expected) => {
    expect(duration(value)).toBe(expected);
  });
});

describe('bytes', () => {
  it.each([
    [512, '512 B'],
    [3_565_158, '3.4 MiB'],
  ])('writes %d as %s', (value, expected) => {
    expect(bytes(value)).toBe(expected);
  });
});

describe('percent', () => {
  it('has three digits', () => expect(percent(0.012_345)).toBe('1.23 %'));
});

describe('ago', () => {
  it('takes the largest unit', () => expect(ago(0, 200_000)).toBe('3 min ago'));
});

describe('what is no number, and what is large', () => {
  it.each([
    [shortNumber(-Infinity), '-∞'],
    [shortNumber(2e12), '2T'],
    [duration(Number.NaN), '–'],
    [duration(0), '0 s'],
    [duration(90_061), '1 d 1 h'],
    [duration(59.99), '1 min 0 s'],
    [duration(119.7), '2 min 0 s'],
    [duration(3599.8), '1 h 0 min'],
    [duration(86_399), '1 d 0 h'],
    [duration(-90), '-1 min 30 s'],
    [roundDuration(240), '4 min'],
    [roundDuration(345_600), '4 d'],
    [roundDuration(0), '0 s'],
    [roundDuration(90), '1 min 30 s'],
    [bytes(Infinity), '–'],
    [bytes(2 ** 60), '1050000 TiB'],
    [percent(Number.NaN), '–'],
    [ago(0, 7_200_000), '2 h ago'],
    [ago(0, 200_000_000), '2 d ago'],
    [ago(5, 0), '0 s ago'],
  ])('is written as %s', (written, expected) => expect(written).toBe(expected));

  it('writes a moment to the millisecond', () => {
    expect(clockTime(new Date(2026, 10, 6, 9, 4, 7, 8).getTime())).toMatch(/^09.04.07\.008$/);
  });

  it('writes a moment with its day unless that is today', () => {
    const at = new Date(2026, 10, 6, 23, 59, 59).getTime();
    expect(momentTime(at, at - 3_600_000)).toBe(clockTime(at));
    expect(momentTime(at, at + 3_600_000)).toBe(dayTime(at));
    expect(dayTime(at)).toMatch(/\b6\b.*23.59.59\.000$/);
  });
});
