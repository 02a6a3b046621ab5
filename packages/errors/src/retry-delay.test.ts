import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

const curve = { minMs: 50, baseMs: 500, capMs: 30_000 };

describe('retryDelayMs', () => {
  it.each([
    { failures: 0, random: 1, ms: 500 },
    { failures: 1, random: 1, ms: 1000 },
    { failures: 5, random: 1, ms: 16_000 },
    { failures: 6, random: 1, ms: 30_000 },
    { failures: 10_000, random: 1, ms: 30_000 },
    { failures: 3, random: 0.25, ms: 1000 },
    { failures: 3, random: 0, ms: 50 },
    { failures: 0, random: 0.3333, ms: 167 },
  ])('is $ms ms after $failures failures with a random of $random', ({ failures, random, ms }) => {
    expect(retryDelayMs(curve, failures, random, undefined)).toBe(ms);
  });

  it.each([
    { retryAfterMs: 0, random: 0, ms: 50 },
    { retryAfterMs: 2000, random: 0, ms: 2000 },
    { retryAfterMs: 2000, random: 0.5, ms: 2250 },
    { retryAfterMs: 1000, random: 0.3333, ms: 1167 },
    { retryAfterMs: 300_000, random: 0, ms: 300_000 },
    { retryAfterMs: 3_600_000, random: 1, ms: 300_500 },
  ])(
    'is $ms ms when the server asks for $retryAfterMs, however many failed',
    ({ retryAfterMs, random, ms }) => {
      expect(retryDelayMs(curve, 20, random, retryAfterMs)).toBe(ms);
    },
  );
});
