import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseTime, relativeTimeText } from './parse-time.ts';

describe('parseTime', () => {
  it.each([
    ['now', 1_000_000],
    ['now-15m', 100_000],
    ['now-2s', 998_000],
    ['1764150000000', 1_764_150_000_000],
    ['2026-11-26T09:40:00Z', 1_795_686_000_000],
    ['now+1m', 1_060_000],
    ['now-1m-10s', 930_000],
    ['1795686000', 1_795_686_000_000],
    ['now-1x', undefined],
    ['', undefined],
    ['yesterday', undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(parseTime(text, 1_000_000)).toBe(expected);
  });
});

describe('parseTime of calendars', () => {
  afterEach(() => vi.unstubAllEnvs());
  const now = new Date(2026, 2, 31, 14, 35, 20, 500).getTime();
  it.each([
    ['now/d', new Date(2026, 2, 31), new Date(2026, 3, 1)],
    ['now-1d/d', new Date(2026, 2, 30), new Date(2026, 2, 31)],
    ['now/w', new Date(2026, 2, 30), new Date(2026, 3, 6)],
    ['now/M', new Date(2026, 2, 1), new Date(2026, 3, 1)],
    ['now/y', new Date(2026, 0, 1), new Date(2027, 0, 1)],
    ['now-1M/M', new Date(2026, 1, 1), new Date(2026, 2, 1)],
    ['now/h', new Date(2026, 2, 31, 14), new Date(2026, 2, 31, 15)],
    ['now/m', new Date(2026, 2, 31, 14, 35), new Date(2026, 2, 31, 14, 36)],
    ['now/s', new Date(2026, 2, 31, 14, 35, 20), new Date(2026, 2, 31, 14, 35, 21)],
  ])('takes %s as whole ones', (text, first, next) => {
    expect(parseTime(text, now)).toBe(first.getTime());
    expect((parseTime(text, now, 'end') ?? 0) + 1).toBe(next.getTime());
  });

  it('takes days as long as they are where clocks are put back', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const noon = new Date(2026, 9, 25, 12).getTime();
    const [first, next] = [new Date(2026, 9, 25).getTime(), new Date(2026, 9, 26).getTime()];
    expect(next - first).toBe(25 * 3_600_000);
    expect([parseTime('now/d', noon), parseTime('now/d', noon, 'end')]).toEqual([first, next - 1]);
    expect(parseTime('now-1d', next)).toBe(first);
  });

  it('stays within the month that is meant', () => {
    expect(parseTime('now-1M', now)).toBe(new Date(2026, 1, 28, 14, 35, 20, 500).getTime());
    expect(parseTime('now-1y', now)).toBe(new Date(2025, 2, 31, 14, 35, 20, 500).getTime());
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
