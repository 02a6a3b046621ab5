import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeWindow, fakeWindow } from '../api/fake-server.fixture.ts';
import { location } from './location.ts';
import {
  isToCome,
  keepFresh,
  movedRange,
  rangeText,
  refreshMs,
  refreshed,
  setTimeRange,
  timeRange,
} from './time-range.ts';

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
    ['from=now-1h&to=now%2B1h', NOW_MS - 3_600_000, NOW_MS],
    ['from=now%2B1h&to=now%2B2h', NOW_MS + 3_600_000, NOW_MS + 7_200_000],
    ['from=now&to=now-1h', NOW_MS - 4_500_000, NOW_MS - 3_600_000],
  ])('of "%s" is from %d to %d', (search, startMs, endMs) => {
    at(search);
    expect(timeRange.value).toEqual({ startMs, endMs });
  });
});

describe('isToCome', () => {
  it.each([
    ['', false],
    ['from=now-1h&to=now%2B1h', false],
    ['from=now%2B1h&to=now%2B2h', true],
  ])('of "%s" is %s', (search, expected) => {
    at(search);
    expect(isToCome.value).toBe(expected);
  });
});

describe('movedRange', () => {
  const minutes = (from: number, to: number): { startMs: number; endMs: number } => ({
    startMs: NOW_MS + from * 60_000,
    endMs: NOW_MS + to * 60_000,
  });
  it.each([
    [minutes(-15, 0), -0.5, { from: NOW_MS - 1_350_000, to: NOW_MS - 450_000 }],
    [minutes(-23, -8), 0.5, { from: 'now-15m', to: 'now' }],
    [minutes(-60, 0), 0.5, { from: 'now-1h', to: 'now' }],
    [minutes(-10_080, 0), 0.5, { from: 'now-7d', to: 'now' }],
    [minutes(-1440, 0), 0.5, { from: 'now-24h', to: 'now' }],
    [minutes(-0.5, 0), 0.5, { from: 'now-30s', to: 'now' }],
    [minutes(-60, -45), 0.5, { from: NOW_MS - 3_150_000, to: NOW_MS - 2_250_000 }],
  ])('moves %j by %d to %j', (range, byRatio, expected) => {
    expect(movedRange(range, byRatio, NOW_MS)).toEqual(expected);
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
