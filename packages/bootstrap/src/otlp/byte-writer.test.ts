import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';

function written(work: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(1);
  work(writer);
  return writer.copy();
}

describe('ByteWriter', () => {
  it.each([0, 1_763_672_452_123, 1_763_672_452_123.5, 1_763_672_452_123.875, 4_294_967.296, 2 ** 43 - 0.5])(
    'writes %d ms as nanoseconds, exactly',
    (timeMs) => {
      const wholeMs = Math.floor(timeMs);
      const expected = BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((timeMs - wholeMs) * 1_000_000));
      expect(written((writer) => writer.timeNanos(timeMs)).readBigUInt64LE()).toBe(expected);
    },
  );

  it.each([0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, -1, -(2 ** 53), 2 ** 62, -(2 ** 63)])(
    'writes the integer %d as a varint of 64 bits',
    (value) => {
      let decoded = 0n;
      written((writer) => writer.int64(value)).forEach((byte, index) => {
        decoded |= BigInt(byte & 127) << BigInt(index * 7);
      });
      expect(BigInt.asIntN(64, decoded)).toBe(BigInt(value));
    },
  );

  it.each([0, 1, 127, 128, 16_383, 16_384, 2_097_152])(
    'moves %d bytes to where their length leaves them',
    (size) => {
      for (const expected of [0, 200, 20_000]) {
        const bytes = written((writer) => {
          const at = writer.begin(expected);
          writer.raw(Buffer.alloc(size, 7));
          writer.end(at, expected);
        });
        const lengthBytes = bytes.length - size;
        let length = 0;
        for (let index = 0; index < lengthBytes; index++) length += (bytes[index]! & 127) * 128 ** index;
        expect(length).toBe(size);
        expect(bytes.subarray(lengthBytes).every((byte) => byte === 7)).toBe(true);
      }
    },
  );

  it('lets go of a buffer that one huge span made grow', () => {
    const writer = new ByteWriter(16);
    writer.raw(Buffer.alloc(3_000_000));
    writer.reset();
    expect(writer.bytes.length).toBe(16);
    expect(writer.copy()).toHaveLength(0);
  });
});
