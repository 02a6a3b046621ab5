import { describe, expect, it } from 'vitest';
import { checkTimes } from './check-times.ts';

const NOW_MS = Date.UTC(2026, 10, 27, 12);
const HOUR_MS = 3_600_000;
const nano = (timeMs: number): bigint => BigInt(timeMs) * 1_000_000n;
const shop = { service_name: 'shop', level: 'info' };

describe('checkTimes', () => {
  it('takes what is kept, and up to ten minutes ahead', () => {
    const check = checkTimes(NOW_MS, 6 * HOUR_MS);
    for (const timeMs of [NOW_MS - 6 * HOUR_MS, NOW_MS, NOW_MS + 600_000])
      expect(check.takes(shop, nano(timeMs))).toBe(true);
    expect(check.refused()).toEqual({ tooOld: 0, tooNew: 0, reason: undefined });
  });

  it('refuses one that is older in the words of Loki, with the limit', () => {
    const check = checkTimes(NOW_MS, 6 * HOUR_MS);
    expect(check.takes(shop, nano(NOW_MS - 6 * HOUR_MS) - 1n)).toBe(false);
    expect(check.refused()).toEqual({
      tooOld: 1,
      tooNew: 0,
      reason:
        `entry for stream '{level="info", service_name="shop"}' has timestamp too old: 2026-11-27T05:59:59Z, ` +
        'oldest acceptable timestamp is: 2026-11-27T06:00:00Z; lines are kept for 6h (retentionMs)',
    });
  });

  it('counts those of one stream together, and names no more than ten of them', () => {
    const check = checkTimes(NOW_MS, HOUR_MS);
    const streams = Array.from({ length: 12 }, (_, at) => ({ at: String(at) }));
    for (const stream of [...streams, ...streams]) check.takes(stream, 1n);
    // No date can be that late.
    check.takes(shop, 10n ** 25n);
    const { tooOld, tooNew, reason } = check.refused();
    expect({ tooOld, tooNew }).toEqual({ tooOld: 24, tooNew: 1 });
    expect(reason).toContain(`2 errors like: entry for stream '{at="0"}' has timestamp too old: 1970-01-01T`);
    expect(reason?.match(/errors like/g)).toHaveLength(10);
    expect(reason).toContain('; 5 more of further streams; lines are kept for 1h (retentionMs)');
    expect(reason).toContain('lines may be 10m ahead (creation_grace_period)');
  });

  it('says of one that lies in the future when it is', () => {
    const check = checkTimes(NOW_MS, HOUR_MS);
    check.takes(shop, nano(NOW_MS + HOUR_MS));
    expect(check.refused().reason).toContain('has timestamp too new: 2026-11-27T13:00:00Z; lines may be 10m');
  });
});
