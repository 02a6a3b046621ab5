import { describe, expect, it } from 'vitest';
import { lastValue, sparklinePath } from './sparkline-path.ts';

const box = { width: 100, height: 22 };
const range = { start: 0, end: 100, stepSeconds: 10 };

describe('sparklinePath', () => {
  it('reaches from zero at the bottom to the greatest value at the top', () => {
    const { path, max } = sparklinePath({ times: [0, 10, 20], values: [0, 5, 10] }, box, range);
    expect(path).toBe('M0 21h0L10 11L20 1');
    expect(max).toBe(10);
  });

  it('breaks off where points are missing or no numbers', () => {
    const { path } = sparklinePath({ times: [0, 10, 40, 50, 60], values: [1, 1, 1, NaN, 1] }, box, range);
    expect(path).toBe('M0 1h0L10 1M40 1h0M60 1h0');
  });

  it('is a line at the bottom when all is zero, and nothing without points', () => {
    expect(sparklinePath({ times: [0, 10], values: [0, 0] }, box, range).path).toBe('M0 21h0L10 21');
    expect(sparklinePath({ times: [], values: [] }, box, range)).toEqual({ path: '', max: 0 });
  });
});

describe('lastValue', () => {
  it('is undefined for a series that ended before, and for NaN', () => {
    expect(lastValue({ times: [10, 20], values: [1, 2] }, 20)).toBe(2);
    expect(lastValue({ times: [10, 20], values: [1, 2] }, 21)).toBeUndefined();
    expect(lastValue({ times: [10], values: [NaN] }, 0)).toBeUndefined();
    expect(lastValue({ times: [], values: [] }, 0)).toBeUndefined();
  });
});
