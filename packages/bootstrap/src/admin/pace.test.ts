import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

describe('createPace', () => {
  it('lets a burst pass at once, and the rest one after the other', () => {
    let now = 0;
    const pace = createPace({ perSecond: 10, burst: 3 }, () => now);
    const waits = (): number[] =>
      Array.from({ length: 5 }, () => {
        const waitMs = pace.waitMs();
        pace.take(1);
        return waitMs;
      });
    expect(waits()).toEqual([0, 0, 0, 100, 200]);
    // A second later it may be a burst again, less what was taken before its time, and no more than one.
    now = 1000;
    expect(waits()).toEqual([0, 0, 0, 100, 200]);
    now = 60_000;
    expect(waits()).toEqual([0, 0, 0, 100, 200]);
  });

  it('never lets those wait who come evenly', () => {
    let now = 0;
    const pace = createPace({ perSecond: 50, burst: 1 }, () => now);
    for (; now < 1000; now += 20) {
      expect(pace.waitMs()).toBe(0);
      pace.take(1);
    }
  });

  it('lets what takes more than a burst pass, and the next one wait for all of it', () => {
    let now = 0;
    const pace = createPace({ perSecond: 10, burst: 5 }, () => now);
    pace.take(40);
    expect(pace.waitMs()).toBe(3600);
    now = 3600;
    expect(pace.waitMs()).toBe(0);
  });
});
