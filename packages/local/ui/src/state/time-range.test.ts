import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeWindow, fakeWindow } from '../api/fake-server.fixture.ts';
import { location } from './location.ts';
import { keepFresh, rangeText, refreshMs, refreshed, setTimeRange, timeRange } from './time-range.ts';

const NOW_MS = 1_800_000_000_000;
let page: FakeWindow & { hidden?: boolean };

function at(search: string): void {
  location.value = { path: '/', params: new URLSearchParams(search) };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS });
  page = fakeWindow();
  refreshed.value++;
  at('');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('timeRange', () => {
  it.each([
    ['', NOW_MS - 900_000, NOW_MS],
    ['from=now-1h&to=now-5m', NOW_MS - 3_600_000, NOW_MS - 300_000],
    ['from=odd&to=odd', NOW_MS - 900_000, NOW_MS],
    ['from=now&to=now-1h', NOW_MS - 4_500_000, NOW_MS - 3_600_000],
  ])('of "%s" is from %d to %d', (search, startMs, endMs) => {
    at(search);
    expect(timeRange.value).toEqual({ startMs, endMs });
  });
});

describe('refreshMs', () => {
  it.each([
    ['', 5000],
    ['refresh=off', 0],
    ['refresh=30s', 30_000],
    ['refresh=2m', 120_000],
    ['refresh=often', 5000],
    ['to=1700000000000', 0],
  ])('of "%s" is %d', (search, expected) => {
    at(search);
    expect(refreshMs.value).toBe(expected);
  });
});

describe('setTimeRange', () => {
  it('writes moments as whole milliseconds, and words as they are', () => {
    setTimeRange(1.6, 'now');
    expect(page.location.search).toBe('?from=2&to=now');
    expect(rangeText.value).toEqual({ from: '2', to: 'now' });
  });
});

describe('keepFresh', () => {
  it('asks again by the clock while somebody looks, and at once when somebody comes back', () => {
    keepFresh();
    const before = refreshed.value;
    vi.advanceTimersByTime(10_000);
    expect(refreshed.value).toBe(before + 2);
    page.hidden = true;
    page.tell('visibilitychange');
    vi.advanceTimersByTime(10_000);
    expect(refreshed.value).toBe(before + 2);
    page.hidden = false;
    page.tell('visibilitychange');
    expect(refreshed.value).toBe(before + 3);
    at('refresh=off');
    vi.advanceTimersByTime(60_000);
    page.tell('visibilitychange');
    expect(refreshed.value).toBe(before + 3);
  });
});
