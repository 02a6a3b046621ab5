import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMs, formatDuration } from './duration.ts';

describe('durationMs', () => {
  it.each([
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1y2w3d4h5m6s7ms', 33_019_506_007],
    ['0', 0],
    ['', undefined],
    ['5', undefined],
    ['5m1h', undefined],
    ['1m1m', undefined],
    ['293y', undefined],
  ])('of %j is %j', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });
});

describe('formatDuration', () => {
  it('writes what reads back as the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000_000_000 }).map((ms) => Math.min(ms, 9_000_000_000_000)),
        (ms) => {
          expect(durationMs(formatDuration(ms))).toBe(ms);
        },
      ),
    );
    expect([formatDuration(90_000), formatDuration(604_800_000), formatDuration(-1000)]).toEqual([
      '1m30s',
      '1w',
      '-1s',
    ]);
  });
});
