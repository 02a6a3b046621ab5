import type { AnyValue, Attributes } from '@opentelemetry/api';
import type { ByteWriter } from './byte-writer.ts';

/** Fields of `KeyValue` and of `AnyValue` in opentelemetry.proto.common.v1, with their wire types. */
const KEY = 0x0a;
const VALUE = 0x12;
const STRING = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;
const ARRAY = 0x2a;
const MAP = 0x32;
const BYTES = 0x3a;
/** The repeated field of an array and of a map. */
const ITEM = 0x0a;

/** A key and a text of this length together have at most 122 bytes with what stands around them [UTF-16 code units]. */
const SHORT_TEXTS_LENGTH = 38;

/** Integers that int64 holds; what a double can hold next below 2⁶³ is within. */
const MAX_INT64 = 2 ** 63;

/**
 * Writes one `KeyValue`.
 *
 * @param tag of the field that it stands in
 * @param value as `isAnyValue` of `@opentelemetry/core` takes it; anything else becomes an empty value
 */
export function writeAttribute(writer: ByteWriter, tag: number, key: string, value: AnyValue): void {
  if (typeof value === 'string' && key.length + value.length <= SHORT_TEXTS_LENGTH) {
    writeShortText(writer, tag, key, value);
    return;
  }
  const expected = key.length + (typeof value === 'string' ? value.length + 8 : 13);
  writer.byte(tag);
  const at = writer.begin(expected);
  writer.byte(KEY);
  writer.string(key);
  writer.byte(VALUE);
  writeValue(writer, value);
  writer.end(at, expected);
}

/** The same where every length fits in one byte, whatever the characters are. */
function writeShortText(writer: ByteWriter, tag: number, key: string, value: string): void {
  writer.ensure(SHORT_TEXTS_LENGTH * 3 + 16);
  const { bytes } = writer;
  const at = writer.pos;
  bytes[at] = tag;
  bytes[at + 2] = KEY;
  writer.pos = at + 3;
  writer.string(key);
  const valueAt = writer.pos;
  bytes[valueAt] = VALUE;
  bytes[valueAt + 2] = STRING;
  writer.pos = valueAt + 3;
  writer.string(value);
  bytes[at + 1] = writer.pos - at - 2;
  bytes[valueAt + 1] = writer.pos - valueAt - 2;
}

/** Writes all own attributes, each in a field with this tag. */
export function writeAttributes(writer: ByteWriter, tag: number, attributes: Attributes): void {
  for (const key of Object.keys(attributes)) writeAttribute(writer, tag, key, attributes[key]);
}

/** Writes an `AnyValue`, its length before it. */
function writeValue(writer: ByteWriter, value: AnyValue): void {
  const expected = typeof value === 'string' ? value.length + 3 : 9;
  const at = writer.begin(expected);
  switch (typeof value) {
    case 'string':
      writer.byte(STRING);
      writer.string(value);
      break;
    case 'boolean':
      writer.byte(BOOL);
      writer.byte(value ? 1 : 0);
      break;
    case 'number':
      if (Number.isInteger(value) && value >= -MAX_INT64 && value < MAX_INT64) {
        writer.byte(INT);
        writer.int64(value);
      } else {
        writer.byte(DOUBLE);
        writer.double(value);
      }
      break;
    case 'object':
      if (value !== null) writeObject(writer, value);
      break;
    default:
  }
  writer.end(at, expected);
}

function writeObject(writer: ByteWriter, value: object): void {
  if (value instanceof Uint8Array) {
    writer.byte(BYTES);
    writer.varint(value.length);
    writer.raw(value);
    return;
  }
  const list = Array.isArray(value);
  writer.byte(list ? ARRAY : MAP);
  const at = writer.begin(0);
  if (list) {
    for (const item of value as AnyValue[]) {
      writer.byte(ITEM);
      writeValue(writer, item);
    }
  } else {
    writeAttributes(writer, ITEM, value as Attributes);
  }
  writer.end(at, 0);
}
