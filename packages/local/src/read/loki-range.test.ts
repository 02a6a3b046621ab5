import { describe, expect, it } from 'vitest';
import { lokiRange } from './loki-range.ts';
import { timeNs } from './parameters.ts';

const NOW_NS = 1_795_000_000_000_000_000n;
const HOUR_NS = 3_600_000_000_000n;

describe('lokiRange', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, start: bigint, end: bigint]>([
    ['nothing', {}, NOW_NS - HOUR_NS, NOW_NS],
    ['an end that was', { end: String(NOW_NS - 5n) }, NOW_NS - 5n - HOUR_NS, NOW_NS - 5n],
    ['an end to come', { end: String(NOW_NS + 9n * HOUR_NS) }, NOW_NS - HOUR_NS, NOW_NS + 9n * HOUR_NS],
    [
      'an end to come, and since',
      { end: String(NOW_NS + 9n * HOUR_NS), since: '2h' },
      NOW_NS - 2n * HOUR_NS,
      NOW_NS + 9n * HOUR_NS,
    ],
    [
      'a start and an end to come',
      { start: String(NOW_NS + 1n), end: String(NOW_NS + 2n) },
      NOW_NS + 1n,
      NOW_NS + 2n,
    ],
  ])('of %s', (_, parameters, startNs, endNs) => {
    expect(lokiRange({ parameters: new URLSearchParams(parameters) }, NOW_NS)).toEqual({ startNs, endNs });
  });
});

describe('timeNs', () => {
  it.each([
    ['2026-11-27T01:02:03Z', 1_795_741_323_000_000_000n],
    ['2026-11-27T01:02:03.5Z', 1_795_741_323_500_000_000n],
    ['2026-11-27T01:02:03.123456789Z', 1_795_741_323_123_456_789n],
    ['2026-11-27T02:02:03.1234567+01:00', 1_795_741_323_123_456_700n],
    ['2026-11-27T01:02:03.1234567899Z', 1_795_741_323_123_456_789n],
    ['1795741323', 1_795_741_323_000_000_000n],
    ['1795741323123456789', 1_795_741_323_123_456_789n],
  ])('of %s has every nanosecond', (time, expected) => {
    expect(timeNs(new URLSearchParams({ time }), 'time', 0n)).toBe(expected);
  });
});
