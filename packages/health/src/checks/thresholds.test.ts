import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHysteresis, statusAt, worstStatus } from './thresholds.ts';

const thresholds = { degraded: 100, down: 1000 };

describe('createHysteresis', () => {
  it.each([
    { values: [99, 100, 60, 50, 49], statuses: ['up', 'degraded', 'degraded', 'degraded', 'up'] },
    { values: [1000, 500, 499, 100, 49], statuses: ['down', 'down', 'degraded', 'degraded', 'up'] },
    { values: [2000, 0], statuses: ['down', 'up'] },
    { values: [150, 1000, 999, 60], statuses: ['degraded', 'down', 'down', 'degraded'] },
  ])('answers $statuses to $values, recovering below half of a limit', ({ values, statuses }) => {
    const next = createHysteresis(thresholds, 0.5);
    expect(values.map(next)).toEqual(statuses);
  });

  it('is never better than the value alone, never worse than with the limits it recovers at, and settles at once', () => {
    const rank = { up: 0, degraded: 1, down: 2 };
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2000, noNaN: true })), (values) => {
        const next = createHysteresis(thresholds, 0.5);
        for (const value of values) {
          const status = next(value);
          expect(rank[status]).toBeGreaterThanOrEqual(rank[statusAt(value, thresholds)]);
          expect(rank[status]).toBeLessThanOrEqual(rank[statusAt(value, { degraded: 50, down: 500 })]);
          expect(next(value)).toBe(status);
        }
      }),
    );
  });
});

describe('worstStatus', () => {
  it('is up when there is nothing to judge', () => {
    expect(worstStatus([])).toBe('up');
    expect(worstStatus(['up', 'down', 'degraded'])).toBe('down');
    expect(worstStatus(['up', 'degraded'])).toBe('degraded');
  });
});
