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

describe('a count that is there in one reading alone', () => {
  it('is a restart where it went, and begins from nothing where it came', () => {
    const one = { atMs: 0, counts: { a: 1 } };
    expect(withReading([one], { atMs: 1000, counts: {} })).toHaveLength(1);
    const both = withReading([one], { atMs: 1000, counts: { a: 1, b: 5 } });
    expect(ratePerSecond(both, 'b')).toBe(5);
    expect(ratePerSecond(both, 'none')).toBe(0);
  });
});
