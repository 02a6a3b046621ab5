import { describe, expect, it } from 'vitest';
import { isStaleMarker, writeStaleMarker } from './stale-marker.ts';

describe('isStaleMarker', () => {
  it('knows the marker among numbers and other NaNs', () => {
    const values = new Float64Array([1, Number.NaN, 0, Number.POSITIVE_INFINITY]);
    writeStaleMarker(values, 2);
    expect([0, 1, 2, 3].map((index) => isStaleMarker(values, index))).toEqual([false, false, true, false]);
    expect(Number.isNaN(values[2])).toBe(true);
  });

  it('has the bits that Prometheus writes, also in a part of an array', () => {
    const values = new Float64Array(3).subarray(1);
    writeStaleMarker(values, 1);
    expect(new BigUint64Array(values.buffer)[2]).toBe(0x7ff0_0000_0000_0002n);
    expect(isStaleMarker(values, 1)).toBe(true);
  });
});
