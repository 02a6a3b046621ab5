import { retryDelayMs } from '@sightline/errors';
import { describe, expect, it } from 'vitest';
import { MISCONFIGURED_BACKOFF, OUTAGE_BACKOFF } from './backoff.ts';

function waits(curve: typeof OUTAGE_BACKOFF, random: number): number[] {
  return [0, 1, 2, 5, 6, 1000].map((failures) => retryDelayMs(curve, failures, random, undefined));
}

describe('OUTAGE_BACKOFF', () => {
  it('doubles half a second up to half a minute', () => {
    expect(waits(OUTAGE_BACKOFF, 1)).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000]);
  });

  it('never spins, whatever the jitter and the server say', () => {
    expect(waits(OUTAGE_BACKOFF, 0)).toEqual([50, 50, 50, 50, 50, 50]);
    expect(retryDelayMs(OUTAGE_BACKOFF, 9, 0, 0)).toBe(50);
  });
});

describe('MISCONFIGURED_BACKOFF', () => {
  it('goes from a quarter of a minute to a whole one, and is never below 5 s', () => {
    expect(waits(MISCONFIGURED_BACKOFF, 1)).toEqual([15_000, 30_000, 60_000, 60_000, 60_000, 60_000]);
    expect(retryDelayMs(MISCONFIGURED_BACKOFF, 0, 0, undefined)).toBe(5000);
  });
});
