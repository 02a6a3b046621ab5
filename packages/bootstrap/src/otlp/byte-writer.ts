/** Strings up to this length have at most 120 bytes in UTF-8, so that their length fits in one byte. */
const SHORT_STRING_LENGTH = 40;

/** Past it a buffer is let go after use, so that one huge span does not keep memory for good [bytes]. */
const KEPT_CAPACITY = 1_048_576;

const TWO_POW_32 = 4_294_967_296;

/** The value of a hexadecimal digit by its character code; any other code gives 0. */
const HEX_VALUE = new Uint8Array(128);
for (let value = 0; value < 16; value++) {
  HEX_VALUE[value.toString(16).charCodeAt(0)] = value;
  HEX_VALUE[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/**
 * Writes protobuf into one growing buffer. It is a class because it is on the way of every span.
 *
 * Source of the wire format: https://protobuf.dev/programming-guides/encoding/
 */
export class ByteWriter {
  /** Where it is written; longer than what has been written. */
  bytes: Buffer;
  /** How much has been written [bytes]. */
  pos = 0;
  readonly #initialCapacity: number;

  constructor(capacity = 16_384) {
    this.#initialCapacity = capacity;
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for so many bytes more. */
  ensure(size: number): void {
    const needed = this.pos + size;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.pos);
    this.bytes = grown;
  }

  /** A copy of what has been written. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.pos));
  }

  /** Starts anew in the same buffer. */
  reset(): void {
    this.pos = 0;
    if (this.bytes.length > KEPT_CAPACITY) this.bytes = Buffer.allocUnsafeSlow(this.#initialCapacity);
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.pos++] = value;
  }

  /** A varint of an integer from 0 to 2⁵³. */
  varint(value: number): void {
    this.ensure(10);
    let rest = value;
    while (rest > 0x7f_ff_ff_ff) {
      this.bytes[this.pos++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.bytes[this.pos++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.pos++] = rest;
  }

  /** A varint of a signed 64-bit integer. */
  int64(value: number): void {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      this.varint(value);
      return;
    }
    this.ensure(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.bytes[this.pos++] = Number(rest & 127n) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.pos++] = Number(rest);
  }

  fixed32(value: number): void {
    this.ensure(4);
    const { bytes } = this;
    bytes[this.pos++] = value & 0xff;
    bytes[this.pos++] = (value >>> 8) & 0xff;
    bytes[this.pos++] = (value >>> 16) & 0xff;
    bytes[this.pos++] = value >>> 24;
  }

  double(value: number): void {
    this.ensure(8);
    this.pos = this.bytes.writeDoubleLE(value, this.pos);
  }

  /**
   * A fixed64 of nanoseconds. The product needs more bits than a number has, so its two halves are made apart.
   *
   * @param timeMs ms since 1970, with fractions
   */
  timeNanos(timeMs: number): void {
    const wholeMs = Math.floor(timeMs);
    let low = Math.imul(wholeMs >>> 0, 1_000_000) >>> 0;
    let high = Math.round((wholeMs * 1_000_000 - low) / TWO_POW_32);
    low += Math.round((timeMs - wholeMs) * 1_000_000);
    if (low >= TWO_POW_32) {
      low -= TWO_POW_32;
      high += 1;
    }
    this.fixed32(low);
    this.fixed32(high);
  }

  /** The bytes that a text in hexadecimal stands for, without a length before them. */
  hex(text: string): void {
    const size = text.length >>> 1;
    this.ensure(size);
    const { bytes } = this;
    let at = this.pos;
    for (let index = 0; index < size * 2; index += 2) {
      bytes[at++] =
        (HEX_VALUE[text.charCodeAt(index) & 127]! << 4) | HEX_VALUE[text.charCodeAt(index + 1) & 127]!;
    }
    this.pos = at;
  }

  /** Bytes as they are, without a length before them. */
  raw(source: Uint8Array): void {
    this.ensure(source.length);
    this.bytes.set(source, this.pos);
    this.pos += source.length;
  }

  /** A text in UTF-8, after its length. */
  string(text: string): void {
    const { length } = text;
    this.ensure(length * 3 + 5);
    const { bytes } = this;
    if (length <= SHORT_STRING_LENGTH) {
      const start = this.pos + 1;
      for (let index = 0; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code > 127) {
          const written = bytes.write(text, start, 'utf8');
          bytes[start - 1] = written;
          this.pos = start + written;
          return;
        }
        bytes[start + index] = code;
      }
      bytes[start - 1] = length;
      this.pos = start + length;
      return;
    }
    const lengthAt = this.begin(length);
    this.pos += bytes.write(text, this.pos, 'utf8');
    this.end(lengthAt, length);
  }

  /**
   * Leaves room for the length of what comes next.
   *
   * @param expected what the length will be, roughly [bytes]; a wrong guess costs a move of the bytes
   * @returns for `end`
   */
  begin(expected: number): number {
    const at = this.pos;
    this.ensure(5);
    this.pos += varintSize(expected);
    return at;
  }

  /** Fills in the length. @param expected the same as for `begin` */
  end(at: number, expected: number): void {
    const reserved = varintSize(expected);
    const start = at + reserved;
    const length = this.pos - start;
    if (reserved === 1 && length < 0x80) {
      this.bytes[at] = length;
      return;
    }
    const needed = varintSize(length);
    if (needed !== reserved) {
      this.ensure(5);
      this.bytes.copyWithin(at + needed, start, this.pos);
    }
    const after = at + needed + length;
    this.pos = at;
    this.varint(length);
    this.pos = after;
  }
}

/** How many bytes the varint of a length has. */
function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x40_00) return 2;
  if (value < 0x20_00_00) return 3;
  return value < 0x10_00_00_00 ? 4 : 5;
}
