import { describe, expect, it } from 'vitest';
import { type Reading, ratePerSecond, withReading } from './rates.ts';

const read = (...readings: readonly Reading[]): readonly Reading[] =>
  readings.reduce<readonly Reading[]>((before, reading) => withReading(before, reading), []);

describe('ratePerSecond', () => {
  it('is over the last minute', () => {
    const readings = read(
      { atMs: 0, counts: { lines: 1000 } },
      { atMs: 40_000, counts: { lines: 1100 } },
      { atMs: 90_000, counts: { lines: 1200 } },
    );
    expect(ratePerSecond(readings, 'lines')).toBe(2);
  });

  it('is not known with one reading, nor after the stack has started anew', () => {
    expect(ratePerSecond(read({ atMs: 0, counts: { lines: 5 } }), 'lines')).toBeUndefined();
    const restarted = read({ atMs: 0, counts: { lines: 500 } }, { atMs: 5000, counts: { lines: 3 } });
    expect(ratePerSecond(restarted, 'lines')).toBeUndefined();
  });

  it('takes the same reading once', () => {
    const reading = { atMs: 5, counts: { lines: 1 } };
    expect(read(reading, reading)).toHaveLength(1);
  });
});
