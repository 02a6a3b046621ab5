import { PbfWriter } from 'pbf';
import type { Field, MessageShape, ScalarType } from './shape.ts';

/**
 * Writes a message as protobuf: the other way round of `readProtobuf`, with the same shapes and the same values. What
 * is not in the shape, or undefined, is left out; bytes in the place of a message are that message, written already.
 */
export function writeProtobuf(shape: MessageShape, message: object): Uint8Array {
  const writer = new PbfWriter();
  writeMessage(writer, shape, message);
  return writer.finish();
}

function writeMessage(writer: PbfWriter, shape: MessageShape, message: object): void {
  shape.fields.forEach((field, number) => {
    const value = field && (message as Record<string, unknown>)[field.name];
    if (field === undefined || value === undefined) return;
    const values = field.repeated ? (value as readonly unknown[]) : [value];
    for (const each of values) writeField(writer, number, field, each);
  });
}

function writeField(writer: PbfWriter, number: number, { type }: Field, value: unknown): void {
  if (typeof type === 'object') {
    if (value instanceof Uint8Array) {
      writer.writeBytesField(number, value);
      return;
    }
    writer.writeMessage(number, (each: object, inner) => writeMessage(inner, type, each), value as object);
    return;
  }
  writers[type](writer, number, value as never);
}

const FIXED64 = 1;

/** Numbers beyond 53 bits are written as their bytes: the library takes numbers only. */
function writeFixed64(writer: PbfWriter, number: number, value: bigint): void {
  writer.writeTag(number, FIXED64);
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, BigInt.asUintN(64, value), true);
  writer.writeFixed32(bytes.getUint32(0, true));
  writer.writeFixed32(bytes.getUint32(4, true));
}

function writeVarint64(writer: PbfWriter, number: number, value: bigint): void {
  writer.writeTag(number, 0);
  let left = BigInt.asUintN(64, value);
  while (left >= 0x80n) {
    writer.realloc(1);
    writer.buf[writer.pos++] = Number(left & 0x7fn) | 0x80;
    left >>= 7n;
  }
  writer.realloc(1);
  writer.buf[writer.pos++] = Number(left);
}

type Writer<Value> = (writer: PbfWriter, number: number, value: Value) => void;

const writers: {
  readonly [type in ScalarType]: Writer<never>;
} = {
  string: (writer, number, value: string) => writer.writeStringField(number, value),
  bytes: (writer, number, value: Uint8Array) => writer.writeBytesField(number, value),
  id: (writer, number, value: string) => writer.writeBytesField(number, Buffer.from(value, 'hex')),
  bool: (writer, number, value: boolean) => writer.writeBooleanField(number, value),
  enum: (writer, number, value: number) => writer.writeVarintField(number, value),
  uint32: (writer, number, value: number) => writer.writeVarintField(number, value),
  sint32: (writer, number, value: number) => writer.writeSVarintField(number, value),
  int64: writeVarint64,
  uint64: writeVarint64,
  sint64: (writer, number, value: bigint) =>
    writeVarint64(writer, number, value < 0n ? -value * 2n - 1n : value * 2n),
  fixed32: (writer, number, value: number) => writer.writeFixed32Field(number, value),
  fixed64: writeFixed64,
  sfixed64: writeFixed64,
  double: (writer, number, value: number) => writer.writeDoubleField(number, value),
};
