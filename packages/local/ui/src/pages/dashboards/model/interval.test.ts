import { describe, expect, it } from 'vitest';
import { intervalMs, intervalText, rateIntervalMs, stepMs } from './interval.ts';

describe('intervalMs', () => {
  it.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['>10s', 10_000],
    ['250ms', 250],
    ['', undefined],
    ['auto', undefined],
    ['5', undefined],
  ])('reads %j as %s', (text, expected) => expect(intervalMs(text)).toBe(expected));
});

describe('intervalText', () => {
  it.each([
    [15_000, '15s'],
    [300_000, '5m'],
    [1500, '1500ms'],
    [86_400_000, '1d'],
  ])('writes %d ms as %s', (ms, expected) => expect(intervalText(ms)).toBe(expected));
});

describe('stepMs', () => {
  it.each([
    [3_600_000, 720, 15_000, 15_000],
    [3_600_000, 720, 1000, 5000],
    [604_800_000, 500, 15_000, 1_800_000],
    [900_000, 10_000, 1, 100],
  ])('splits %d ms in at most %d points, %d ms or more apart: %d ms', (range, points, least, expected) => {
    expect(stepMs(range, points, least)).toBe(expected);
  });
});

describe('rateIntervalMs', () => {
  it('holds four scrapes', () => {
    expect(rateIntervalMs(5000, 15_000)).toBe(60_000);
    expect(rateIntervalMs(300_000, 15_000)).toBe(315_000);
  });
});
