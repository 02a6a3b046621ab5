import { describe, expect, it } from 'vitest';
import { createSpanClock } from './span-clock.ts';

describe('createSpanClock', () => {
  let elapsedMs = 0;
  let wallMs = 0;
  const start = () => {
    elapsedMs = 100;
    wallMs = 1_800_000_000_000;
    return createSpanClock(
      () => elapsedMs,
      () => wallMs,
    );
  };

  it('has fractions of a millisecond', () => {
    const clock = start();
    elapsedMs += 0.25;
    expect(clock.nowMs()).toBe(1_800_000_000_000.25);
  });

  it('does not follow a wall clock that is set for a moment, and does within ten seconds', () => {
    const clock = start();
    wallMs += 3_600_000;
    elapsedMs += 5_000;
    expect(clock.nowMs()).toBe(1_800_000_005_000);
    elapsedMs += 5_000;
    wallMs += 10_000;
    expect(clock.nowMs()).toBe(1_800_003_610_000);
  });

  it('does not jump for what a clock without fractions leaves out', () => {
    const clock = start();
    elapsedMs += 10_000;
    wallMs += 10_004;
    expect(clock.nowMs()).toBe(1_800_000_010_000);
  });

  it('takes small numbers from the start of the process, and what is no time as now', () => {
    const clock = start();
    expect(clock.toMs(60)).toBe(1_799_999_999_960);
    expect(clock.toMs(1_700_000_000_000)).toBe(1_700_000_000_000);
    for (const none of [Number.NaN, new Date(Number.NaN), [Number.NaN, 0] as [number, number], undefined]) {
      expect(clock.toMs(none)).toBe(1_800_000_000_000);
    }
  });
});
