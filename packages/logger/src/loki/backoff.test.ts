import { describe, expect, it } from 'vitest';
import { MISCONFIGURED_BACKOFF, OUTAGE_BACKOFF, backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  it.each([
    { failures: 0, random: 1, ms: 500 },
    { failures: 1, random: 1, ms: 1000 },
    { failures: 5, random: 1, ms: 16_000 },
    { failures: 6, random: 1, ms: 30_000 },
    { failures: 10_000, random: 1, ms: 30_000 },
    { failures: 3, random: 0.25, ms: 1000 },
    { failures: 3, random: 0, ms: 50 },
  ])(
    'is $ms ms after $failures failures of an outage with a random of $random',
    ({ failures, random, ms }) => {
      expect(backoffMs(OUTAGE_BACKOFF, failures, random, undefined)).toBe(ms);
    },
  );

  it.each([
    { failures: 0, random: 1, ms: 15_000 },
    { failures: 2, random: 1, ms: 60_000 },
    { failures: 9, random: 1, ms: 60_000 },
    { failures: 0, random: 0, ms: 5000 },
  ])('is $ms ms after $failures failures of a wrong setting and $random', ({ failures, random, ms }) => {
    expect(backoffMs(MISCONFIGURED_BACKOFF, failures, random, undefined)).toBe(ms);
  });

  it.each([
    { retryAfterMs: 0, random: 0, ms: 50 },
    { retryAfterMs: 2000, random: 0, ms: 2000 },
    { retryAfterMs: 2000, random: 0.5, ms: 2250 },
    { retryAfterMs: 300_000, random: 0, ms: 300_000 },
    { retryAfterMs: 3_600_000, random: 1, ms: 300_500 },
  ])(
    'is $ms ms when the server asks for $retryAfterMs, however many failed',
    ({ retryAfterMs, random, ms }) => {
      expect(backoffMs(OUTAGE_BACKOFF, 20, random, retryAfterMs)).toBe(ms);
    },
  );

  it('is whole', () => {
    expect(backoffMs(OUTAGE_BACKOFF, 0, 0.3333, undefined)).toBe(167);
    expect(backoffMs(OUTAGE_BACKOFF, 0, 0.3333, 1000)).toBe(1167);
  });
});
