import { describe, expect, it } from 'vitest';
import { panelMoments } from './panel-moments.ts';

describe('panelMoments', () => {
  const scope = {
    variable: (name: string) => (name === 'span' ? { value: '10s', text: '10s', isList: false } : undefined),
  };
  it.each([
    ['', '', 40_000, 100_000],
    ['20s', '', 80_000, 100_000],
    ['now-20s', '', 80_000, 100_000],
    ['', '30s', 10_000, 70_000],
    ['$span', '$span', 80_000, 90_000],
    ['odd', 'odd', 40_000, 100_000],
  ])('from %j, moved by %j, is %d to %d', (timeFrom, timeShift, startMs, endMs) => {
    expect(panelMoments({ timeFrom, timeShift }, scope, { startMs: 40_000, endMs: 100_000 })).toEqual({
      startMs,
      endMs,
    });
  });
});
