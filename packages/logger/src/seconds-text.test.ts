import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rounded, secondsText } from './seconds-text.ts';

describe('secondsText', () => {
  it.each([
    0,
    -0,
    1,
    1e-6,
    4e-7,
    5e-7,
    0.1,
    0.001234,
    0.012,
    0.9999999,
    59.0405,
    1e9,
    -0.25,
    1e21,
    Number.NaN,
  ])('writes %d as JavaScript writes it, rounded to microseconds', (seconds) => {
    expect(secondsText(seconds)).toBe(String(rounded(seconds)));
  });

  it('does so for any duration', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double(),
          fc.double({ min: 0, max: 10 }),
          fc.nat().map((micros) => micros / 1e6),
        ),
        (seconds) => {
          expect(secondsText(seconds)).toBe(String(rounded(seconds)));
        },
      ),
    );
  });
});
