import { PbfReader } from 'pbf';
import type { Field, FieldType, MessageShape, ScalarType } from './shape.ts';
import { MAX_DEPTH, WireError } from './wire-error.ts';

/** What a message is read into: only fields that were there; a repeated one is an array. */
export type Message = Record<string, unknown>;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * A message within another that is read when it is its turn; that it can be read is known already. It is a place in the
 * whole: a view of its bytes would take more than most messages do.
 */
class UnreadMessage {
  readonly #reader: PbfReader;
  readonly #shape: MessageShape;
  readonly #start: number;
  readonly #end: number;

  constructor(reader: PbfReader, shape: MessageShape, start: number, end: number) {
    this.#reader = reader;
    this.#shape = shape;
    this.#start = start;
    this.#end = end;
  }

  read(): Message {
    this.#reader.pos = this.#start;
    return readMessage(this.#reader, this.#shape, this.#end, 0);
  }
}

/** The message itself, read now if it was left unread. */
export function readNow<Each extends object>(message: Each): Each {
  return message instanceof UnreadMessage ? (message.read() as Each) : message;
}

/**
 * Reads a message of protobuf.
 *
 * @throws {WireError} when the bytes end too early, have a field of a wrong type, or nest deeper than 64
 */
export function readProtobuf(shape: MessageShape, bytes: Uint8Array): Message {
  const reader = readerOf(bytes);
  try {
    return readMessage(reader, shape, bytes.length, 0);
  } catch (error) {
    throw asWireError(error);
  }
}

/**
 * Reads a large message of protobuf, a message within it a step.
 *
 * @param later messages within it of this shape are left as an `UnreadMessage`
 * @throws {WireError} as `readProtobuf` does
 */
export function* readProtobufInSteps(
  shape: MessageShape,
  bytes: Uint8Array,
  later: MessageShape,
): Generator<undefined, Message> {
  try {
    return yield* messageInSteps(readerOf(bytes), shape, bytes.length, 0, later);
  } catch (error) {
    throw asWireError(error);
  }
}

function readerOf(bytes: Uint8Array): PbfReader {
  return new PbfReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

function asWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  return new WireError(`no protobuf: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}

/** `readMessage`, with a step for each message in lists of them. */
function* messageInSteps(
  reader: PbfReader,
  shape: MessageShape,
  end: number,
  depth: number,
  later: MessageShape,
): Generator<undefined, Message> {
  checkDepth(depth);
  const message: Message = {};
  while (reader.pos < end) {
    const tag = reader.readVarint();
    const wire = tag & 7;
    const field = shape.fields[tag >>> 3];
    if (field === undefined) skip(reader, wire);
    else if (typeof field.type === 'object') {
      if (wire !== BYTES) throw wrongType(wire);
      const endOfField = endOf(reader);
      const value =
        field.type === later
          ? unread(reader, later, endOfField, depth)
          : yield* messageInSteps(reader, field.type, endOfField, depth + 1, later);
      if (field.repeated) {
        ((message[field.name] ??= []) as unknown[]).push(value);
        yield;
      } else message[field.name] = value;
    } else if (field.repeated) addTo(message, field, reader, wire, depth);
    else message[field.name] = readValue(reader, field.type, wire, depth);
    checkEnd(reader, end);
  }
  return message;
}

function unread(reader: PbfReader, shape: MessageShape, end: number, depth: number): UnreadMessage {
  const start = reader.pos;
  checkMessage(reader, shape, end, depth + 1);
  return new UnreadMessage(reader, shape, start, end);
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new WireError(`messages within messages deeper than ${MAX_DEPTH}`);
}

/** A length may lead anywhere, and be no number. */
function checkEnd(reader: PbfReader, end: number): void {
  if (!(reader.pos <= end)) throw new WireError('a field that ends behind its message');
}

function wrongType(wire: number): WireError {
  return new WireError(`a field of wire type ${wire} where another belongs`);
}

/** Goes through a message as reading it would, and keeps nothing. */
function checkMessage(reader: PbfReader, shape: MessageShape, end: number, depth: number): void {
  checkDepth(depth);
  while (reader.pos < end) {
    const tag = reader.readVarint();
    const wire = tag & 7;
    const field = shape.fields[tag >>> 3];
    if (field === undefined) skip(reader, wire);
    else {
      const { type, repeated } = field;
      const packed = repeated && wire === BYTES && !isDelimited(type);
      if (!packed && wire !== wireOf(type)) throw wrongType(wire);
      if (typeof type === 'object') checkMessage(reader, type, endOf(reader), depth + 1);
      else if (packed) checkPacked(reader, wireOf(type));
      else skip(reader, wire);
    }
    checkEnd(reader, end);
  }
}

function checkPacked(reader: PbfReader, wire: number): void {
  const end = endOf(reader);
  while (reader.pos < end) skip(reader, wire);
}

function readMessage(reader: PbfReader, shape: MessageShape, end: number, depth: number): Message {
  checkDepth(depth);
  const message: Message = {};
  while (reader.pos < end) {
    const tag = reader.readVarint();
    const wire = tag & 7;
    const field = shape.fields[tag >>> 3];
    if (field === undefined) skip(reader, wire);
    else if (field.repeated) addTo(message, field, reader, wire, depth);
    else message[field.name] = readValue(reader, field.type, wire, depth);
    checkEnd(reader, end);
  }
  return message;
}

function addTo(message: Message, field: Field, reader: PbfReader, wire: number, depth: number): void {
  const values = (message[field.name] ??= []) as unknown[];
  if (wire !== BYTES || isDelimited(field.type)) {
    values.push(readValue(reader, field.type, wire, depth));
    return;
  }
  // Packed: numbers one after the other.
  const end = endOf(reader);
  const packed = wireOf(field.type);
  while (reader.pos < end) values.push(readValue(reader, field.type, packed, depth));
}

function isDelimited(type: FieldType): boolean {
  return typeof type === 'object' || type === 'string' || type === 'bytes' || type === 'id';
}

function wireOf(type: FieldType): number {
  if (isDelimited(type)) return BYTES;
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return FIXED64;
  return type === 'fixed32' ? FIXED32 : VARINT;
}

/** Where what begins with its length ends. */
function endOf(reader: PbfReader): number {
  const end = reader.readVarint() + reader.pos;
  if (!(end <= reader.length)) throw new WireError('a length behind the end of the message');
  return end;
}

function readValue(reader: PbfReader, type: FieldType, wire: number, depth: number): unknown {
  if (wire !== wireOf(type)) throw wrongType(wire);
  if (typeof type !== 'object') return readers[type](reader);
  return readMessage(reader, type, endOf(reader), depth + 1);
}

const readNumber = (reader: PbfReader): number => reader.readVarint();

const readers: Readonly<Record<ScalarType, (reader: PbfReader) => unknown>> = {
  string: readText,
  bytes: readBytes,
  id(reader) {
    const end = endOf(reader);
    const id = (reader.buf as Buffer).toString('hex', reader.pos, end);
    reader.pos = end;
    return id;
  },
  bool: (reader) => reader.readVarint() !== 0,
  enum: readNumber,
  uint32: readNumber,
  sint32: (reader) => reader.readSVarint(),
  int64: (reader) => BigInt.asIntN(64, readVarint64(reader)),
  uint64: readVarint64,
  sint64(reader) {
    const zigzag = readVarint64(reader);
    return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
  },
  fixed32: (reader) => reader.readFixed32(),
  fixed64(reader) {
    const value = reader.dataView.getBigUint64(reader.pos, true);
    reader.pos += 8;
    return value;
  },
  sfixed64(reader) {
    const value = reader.dataView.getBigInt64(reader.pos, true);
    reader.pos += 8;
    return value;
  },
  double: (reader) => reader.readDouble(),
};

function readText(reader: PbfReader): string {
  const start = reader.pos;
  const end = endOf(reader);
  reader.pos = start;
  const text = reader.readString();
  if (reader.pos !== end) throw new WireError('a text that does not end where it says');
  return text;
}

function readBytes(reader: PbfReader): Uint8Array {
  const end = endOf(reader);
  const bytes = new Uint8Array(reader.buf.buffer, reader.buf.byteOffset + reader.pos, end - reader.pos);
  reader.pos = end;
  return bytes;
}

/** The library reads varints as numbers, which are exact to 53 bits. */
function readVarint64(reader: PbfReader): bigint {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = reader.buf[reader.pos++];
    if (byte === undefined) throw new WireError('a number behind the end of the message');
    const bits = byte & 0x7f;
    if (shift < 28) low += bits * 2 ** shift;
    else high += bits * 2 ** (shift - 28);
    if (byte < 0x80)
      return high === 0 ? BigInt(low) : BigInt.asUintN(64, (BigInt(high) << 28n) + BigInt(low));
  }
  throw new WireError('a number of more than 64 bits');
}

function skip(reader: PbfReader, wire: number): void {
  if (wire === VARINT) readVarint64(reader);
  else if (wire === FIXED64) reader.pos += 8;
  else if (wire === FIXED32) reader.pos += 4;
  else if (wire === BYTES) reader.pos = endOf(reader);
  else throw new WireError(`a field of wire type ${wire}, which is none`);
}
