import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';

function clockAt(start: { monotonic: number; date: number }) {
  const at = { ...start };
  const clock = createClock(
    () => at.monotonic,
    () => Math.floor(at.date),
  );
  return {
    clock,
    at,
    pass(ms: number, dateMs = ms) {
      at.monotonic += ms;
      at.date += dateMs;
    },
  };
}

describe('createClock', () => {
  it('has fractions of a millisecond', () => {
    const { clock, pass } = clockAt({ monotonic: 5, date: 1000 });
    pass(0.25);
    expect(clock.epochMs(clock.now())).toBe(1000.25);
  });

  it('follows the time of day within a second when that was set', () => {
    const { clock, pass, at } = clockAt({ monotonic: 5, date: 1000 });
    pass(500, 100_000);
    expect(clock.epochMs(clock.now())).toBe(1500);
    pass(501);
    expect(clock.epochMs(clock.now())).toBe(at.date);
  });

  it('does not jump for the fraction that the time of day has not', () => {
    const { clock, pass } = clockAt({ monotonic: 5, date: 1000 });
    pass(2000.9);
    expect(clock.epochMs(clock.now())).toBeCloseTo(3000.9, 6);
  });
});
