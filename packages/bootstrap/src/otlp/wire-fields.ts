/** One field of a message in protobuf. */
export interface WireField {
  readonly number: number;
  /** Of a varint; 0 for others. */
  readonly value: number;
  /** Of what has a length: a text, bytes or a message; undefined for others. */
  readonly bytes: Buffer | undefined;
  /** The whole field, with its tag. */
  readonly raw: Buffer;
}

/**
 * The fields of a message, in the order in which they stand there.
 *
 * Source of the wire format: https://protobuf.dev/programming-guides/encoding/
 *
 * @throws {RangeError} when the bytes are no message
 */
export function* wireFields(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const skip = (length: number): void => {
    if (at + length > bytes.length) throw new RangeError('a field is longer than the message');
    at += length;
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    let value = 0;
    let inner: Buffer | undefined;
    switch (tag % 8) {
      case 0:
        value = varint();
        break;
      case 1:
        skip(8);
        break;
      case 2: {
        const length = varint();
        skip(length);
        inner = bytes.subarray(at - length, at);
        break;
      }
      case 5:
        skip(4);
        break;
      default:
        throw new RangeError('no such wire type');
    }
    yield { number: Math.floor(tag / 8), value, bytes: inner, raw: bytes.subarray(start, at) };
  }
}
