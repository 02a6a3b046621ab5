import { describe, expect, it } from 'vitest';
import { stateSpans } from './states.ts';

describe('stateSpans', () => {
  const options = { stepMs: 10, endMs: 100, merge: true };

  it('joins what is the same, and ends with a step', () => {
    expect(stateSpans([0, 10, 20, 30], [1, 1, 2, 2], options)).toEqual([
      { startMs: 0, endMs: 20, value: 1 },
      { startMs: 20, endMs: 40, value: 2 },
    ]);
  });

  it('leaves a gap where a point is missing', () => {
    expect(stateSpans([0, 40], [1, 1], options)).toEqual([
      { startMs: 0, endMs: 10, value: 1 },
      { startMs: 40, endMs: 50, value: 1 },
    ]);
  });

  it('does not reach over the end, and has nothing for nothing', () => {
    expect(stateSpans([95], ['up'], options)).toEqual([{ startMs: 95, endMs: 100, value: 'up' }]);
    expect(stateSpans([0], [null], options)).toEqual([]);
  });

  it('keeps each point apart where asked', () => {
    expect(stateSpans([0, 10], [1, 1], { ...options, merge: false })).toHaveLength(2);
  });
});
