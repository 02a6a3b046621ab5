import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openChunk, sealChunk } from './sealed-chunk.ts';

/** The bits of doubles, so that NaNs of different kinds differ. */
function bitsOf(values: Float64Array): readonly bigint[] {
  return [...new BigUint64Array(values.buffer, values.byteOffset, values.length)];
}

function roundTrip(
  timesMs: Float64Array,
  values: Float64Array,
): { timesMs: Float64Array; values: Float64Array } {
  const chunk = sealChunk(timesMs, values, timesMs.length);
  const read = { timesMs: new Float64Array(timesMs.length), values: new Float64Array(values.length) };
  openChunk(chunk, read.timesMs, read.values, 0);
  return read;
}

describe('sealChunk and openChunk', () => {
  it('give back every bit of every sample', () => {
    const samples = fc.array(
      fc.record({
        stepMs: fc.oneof(fc.constant(15_000), fc.integer({ min: 1, max: 5_000_000_000 })),
        bits: fc.oneof(
          fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          fc.constantFrom(0n, 0x7ff0000000000002n, 0x7ff8000000000000n),
        ),
      }),
      { minLength: 1, maxLength: 130 },
    );
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 2e12 }), (drawn, startMs) => {
        const values = new Float64Array(new BigUint64Array(drawn.map(({ bits }) => bits)).buffer);
        let timeMs = startMs;
        const timesMs = Float64Array.from(drawn, ({ stepMs }) => (timeMs += stepMs));
        const read = roundTrip(timesMs, values);
        expect(bitsOf(read.values)).toEqual(bitsOf(values));
        expect(read.timesMs).toEqual(timesMs);
      }),
    );
  });

  it('take two bits a sample for a value that stays, scraped at even steps', () => {
    const timesMs = Float64Array.from({ length: 120 }, (_, at) => 1_790_000_000_000 + at * 15_000);
    const values = new Float64Array(120).fill(42);
    expect(sealChunk(timesMs, values, 120).bytes.length).toBeLessThan(120 * 0.25 + 16);
  });

  it('take at most 3 bytes a sample for a counter of whole numbers', () => {
    const timesMs = Float64Array.from({ length: 120 }, (_, at) => 1_790_000_000_000 + at * 15_000);
    const values = Float64Array.from({ length: 120 }, (_, at) => 1000 + at * 150);
    expect(sealChunk(timesMs, values, 120).bytes.length).toBeLessThan(120 * 3);
  });
});
