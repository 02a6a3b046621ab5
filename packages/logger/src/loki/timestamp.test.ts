import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSequence, readTimestamp } from './timestamp.ts';

const NOW_MS = 1_763_672_452_123;

describe('readTimestamp', () => {
  it.each([
    { value: NOW_MS, ms: NOW_MS, ns: 0 },
    { value: 1_763_672_452, ms: 1_763_672_452_000, ns: 0 },
    { value: 1_763_672_452.5, ms: 1_763_672_452_500, ns: 0 },
    { value: 1_763_672_452_123_456, ms: NOW_MS, ns: 456_000 },
    { value: '1763672452123456789', ms: NOW_MS, ns: 456_789 },
    { value: String(NOW_MS), ms: NOW_MS, ns: 0 },
    { value: '2025-11-20T21:00:52.123Z', ms: NOW_MS, ns: 0 },
    { value: '2025-11-20T21:00:52.123456Z', ms: NOW_MS, ns: 456_000 },
    { value: '2025-11-20T22:00:52.123456789+01:00', ms: NOW_MS, ns: 456_789 },
  ])('reads $value as $ms ms and $ns ns', ({ value, ms, ns }) => {
    expect(readTimestamp(value)).toEqual({ ms, ns });
  });

  it.each([undefined, null, 0, -5, Number.NaN, 1e30, '', 'soon', {}, true])(
    'finds no time in %s',
    (value) => {
      expect(readTimestamp(value)).toBeUndefined();
    },
  );
});

describe('createSequence', () => {
  it('keeps lines of one millisecond a nanosecond apart', () => {
    const stamp = createSequence();
    const at = { ms: NOW_MS, ns: 0 };
    expect([stamp(at, NOW_MS), stamp(at, NOW_MS), stamp({ ms: NOW_MS - 5, ns: 0 }, NOW_MS)]).toEqual([
      `${NOW_MS}000000`,
      `${NOW_MS}000001`,
      `${NOW_MS}000002`,
    ]);
  });

  it('goes up strictly for whatever times the lines have', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ ms: fc.integer({ min: NOW_MS - 100, max: NOW_MS + 2_000_000 }), ns: fc.nat(999_999) }),
        ),
        (times) => {
          const stamp = createSequence();
          const stamps = times.map((time) => BigInt(stamp(time, NOW_MS)));
          expect(stamps.every((each, index) => index === 0 || each > (stamps[index - 1] ?? 0n))).toBe(true);
        },
      ),
    );
  });

  it('carries into the next millisecond after a million lines of one', () => {
    const stamp = createSequence();
    stamp({ ms: NOW_MS, ns: 999_999 }, NOW_MS);
    expect(stamp({ ms: NOW_MS, ns: 0 }, NOW_MS)).toBe(`${NOW_MS + 1}000000`);
  });

  it('takes now for a time that Loki would refuse as too far ahead', () => {
    const stamp = createSequence();
    expect(stamp({ ms: NOW_MS + 3_600_000, ns: 0 }, NOW_MS)).toBe(`${NOW_MS}000000`);
  });

  it('follows the clock when that is set back by an hour', () => {
    const stamp = createSequence();
    stamp({ ms: NOW_MS, ns: 0 }, NOW_MS);
    const earlier = NOW_MS - 3_600_000;
    expect(stamp({ ms: earlier, ns: 0 }, earlier)).toBe(`${earlier}000000`);
  });
});
