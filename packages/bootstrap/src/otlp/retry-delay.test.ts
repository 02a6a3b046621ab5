import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

describe('retryDelayMs', () => {
  it.each([
    { failures: 0, random: 0.5, ms: 500 },
    { failures: 1, random: 0.5, ms: 1000 },
    { failures: 4, random: 0.5, ms: 8000 },
    { failures: 5, random: 0.5, ms: 15_000 },
    { failures: 10_000, random: 0.5, ms: 15_000 },
    { failures: 0, random: 0, ms: 100 },
    { failures: 0, random: 0.3333, ms: 333 },
  ])('is $ms ms after $failures failures with a random of $random', ({ failures, random, ms }) => {
    expect(retryDelayMs(failures, random, undefined)).toBe(ms);
  });

  it.each([
    { retryAfterMs: 0, random: 0, ms: 100 },
    { retryAfterMs: 2000, random: 0, ms: 2000 },
    { retryAfterMs: 2000, random: 0.25, ms: 2250 },
    { retryAfterMs: 300_000, random: 0, ms: 300_000 },
    { retryAfterMs: 3_600_000, random: 0.5, ms: 300_500 },
  ])(
    'is $ms ms when the collector asks for $retryAfterMs, however many failed',
    ({ retryAfterMs, random, ms }) => {
      expect(retryDelayMs(9, random, retryAfterMs)).toBe(ms);
    },
  );
});
