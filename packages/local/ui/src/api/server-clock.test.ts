import { afterEach, describe, expect, it } from 'vitest';
import { clockAheadMs, compareClocks } from './server-clock.ts';

afterEach(() => void (clockAheadMs.value = 0));

describe('compareClocks', () => {
  const DATE = 'Fri, 27 Nov 2026 12:00:00 GMT';
  const serverMs = Date.parse(DATE);

  it.each([
    [3_600_000, 3_600_000],
    [-3_590_000, -3_600_000],
    [119_000, 0],
  ])('tells of a browser that is %i ms ahead %i', (aheadMs, told) => {
    compareClocks(DATE, serverMs + aheadMs, serverMs + aheadMs + 100);
    expect(clockAheadMs.value).toBe(told);
  });

  it('agrees again once they do, and learns nothing of a slow answer or one without a date', () => {
    compareClocks(DATE, serverMs + 600_000, serverMs + 600_000);
    compareClocks(null, serverMs, serverMs);
    compareClocks('soon', serverMs, serverMs);
    compareClocks(DATE, serverMs, serverMs + 60_000);
    expect(clockAheadMs.value).toBe(600_000);
    compareClocks(DATE, serverMs, serverMs + 500);
    expect(clockAheadMs.value).toBe(0);
  });
});
