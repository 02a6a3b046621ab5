import { describe, expect, it } from 'vitest';
import { parseTime, relativeTimeText } from './parse-time.ts';

describe('parseTime', () => {
  it.each([
    ['now', 1_000_000],
    ['now-15m', 100_000],
    ['now-2s', 998_000],
    ['1764150000000', 1_764_150_000_000],
    ['2026-11-26T09:40:00Z', 1_795_686_000_000],
    ['now-1y', undefined],
    ['', undefined],
    ['yesterday', undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(parseTime(text, 1_000_000)).toBe(expected);
  });
});

describe('relativeTimeText', () => {
  it.each([
    ['now-15m', 'now', 'last 15 minutes'],
    ['now-1h', 'now', 'last hour'],
    ['now-1h', 'now-5m', undefined],
    ['1764150000000', 'now', undefined],
  ])('says %s to %s as %s', (from, to, expected) => {
    expect(relativeTimeText(from, to)).toBe(expected);
  });
});
