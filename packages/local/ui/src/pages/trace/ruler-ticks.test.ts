import { describe, expect, it } from 'vitest';
import { rulerTicks } from './ruler-ticks.ts';

describe('rulerTicks', () => {
  it.each([
    [0, 100, 5, [0, 20, 40, 60, 80, 100]],
    [0, 47.8, 5, [0, 10, 20, 30, 40]],
    [12, 13, 5, [12, 12.2, 12.4, 12.6, 12.8, 13]],
    [7, 7, 5, [7]],
  ])('from %d to %d with room for %d', (from, to, most, expected) => {
    const ticks = rulerTicks(from, to, most);
    expect(ticks).toHaveLength(expected.length);
    for (const [index, tick] of ticks.entries()) expect(tick).toBeCloseTo(expected[index] ?? Number.NaN, 9);
  });
});
