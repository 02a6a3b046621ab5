import type { Message } from './read-protobuf.ts';
import type { Field, FieldType, MessageShape, ScalarType } from './shape.ts';
import { MAX_DEPTH, WireError } from './wire-error.ts';

/** An id of bytes, as OTLP/JSON writes it. */
const HEX = /^(?:[\da-f]{2})*$/i;
const INTEGER = /^-?\d{1,20}$/;

/**
 * Reads a message of protobuf's JSON as OTLP uses it: lowerCamelCase names, 64-bit integers as text or number, ids in
 * hexadecimal, other bytes in base64, enums as numbers.
 *
 * Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 *
 * @throws {WireError} with the path of what does not fit
 */
export function readJson(shape: MessageShape, text: string): Message {
  return readMessage(shape, parse(text), '', 0);
}

/**
 * Reads a large message of JSON, a message within it a step.
 *
 * @param item messages within it of this shape are read at once
 * @throws {WireError} as `readJson` does
 */
export function* readJsonInSteps(
  shape: MessageShape,
  text: string,
  item: MessageShape,
): Generator<undefined, Message> {
  return yield* messageInSteps(shape, parse(text), '', 0, item);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WireError(`no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** `readMessage`, with a step for each message in lists of them. */
function* messageInSteps(
  shape: MessageShape,
  value: unknown,
  path: string,
  depth: number,
  item: MessageShape,
): Generator<undefined, Message> {
  if (shape === item) return readMessage(shape, value, path, depth);
  const message: Message = {};
  for (const [name, each] of fieldsOf(value, path, depth)) {
    const field = shape.byName.get(name);
    if (field === undefined || each === null) continue;
    const at = path === '' ? name : `${path}.${name}`;
    const { type } = field;
    if (typeof type !== 'object') {
      message[name] = field.repeated ? readList(field, each, at, depth) : readValue(type, each, at, depth);
    } else if (field.repeated) {
      const list: Message[] = [];
      for (const [index, element] of listOf(each, at).entries()) {
        list.push(yield* messageInSteps(type, element, `${at}[${index}]`, depth + 1, item));
        yield;
      }
      message[name] = list;
    } else message[name] = yield* messageInSteps(type, each, at, depth + 1, item);
  }
  return message;
}

function fieldsOf(value: unknown, path: string, depth: number): readonly (readonly [string, unknown])[] {
  if (depth > MAX_DEPTH) throw new WireError(`${path}: objects within objects deeper than ${MAX_DEPTH}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WireError(`${path || 'the body'}: expected an object, is ${nameOf(value)}`);
  return Object.entries(value);
}

function readMessage(shape: MessageShape, value: unknown, path: string, depth: number): Message {
  const message: Message = {};
  for (const [name, each] of fieldsOf(value, path, depth)) {
    const field = shape.byName.get(name);
    if (field === undefined || each === null) continue;
    const at = path === '' ? name : `${path}.${name}`;
    message[name] = field.repeated
      ? readList(field, each, at, depth)
      : readValue(field.type, each, at, depth);
  }
  return message;
}

function readList(field: Field, value: unknown, path: string, depth: number): unknown[] {
  return listOf(value, path).map((each, index) => readValue(field.type, each, `${path}[${index}]`, depth));
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WireError(`${path}: expected a list, is ${nameOf(value)}`);
  return value;
}

function readValue(type: FieldType, value: unknown, path: string, depth: number): unknown {
  if (typeof type === 'object') return readMessage(type, value, path, depth + 1);
  return readers[type](value, path);
}

type Reader = (value: unknown, path: string) => unknown;

const integer: Reader = (value, path) => take(Number.isSafeInteger(value), value, path, 'an integer');

const signed: Reader = (value, path) => BigInt.asIntN(64, longOf(value, path));
const unsigned: Reader = (value, path) => BigInt.asUintN(64, longOf(value, path));

function longOf(value: unknown, path: string): bigint {
  take(isInteger(value), value, path, 'an integer, or one as text');
  return BigInt(value as number | string);
}

const readers: Readonly<Record<ScalarType, Reader>> = {
  string: (value, path) => take(typeof value === 'string', value, path, 'a text'),
  bytes(value, path) {
    take(typeof value === 'string', value, path, 'bytes in base64');
    return new Uint8Array(Buffer.from(value as string, 'base64'));
  },
  id(value, path) {
    take(typeof value === 'string' && HEX.test(value), value, path, 'bytes in hexadecimal');
    return (value as string).toLowerCase();
  },
  bool: (value, path) => take(typeof value === 'boolean', value, path, 'true or false'),
  enum: integer,
  uint32: integer,
  sint32: integer,
  fixed32: integer,
  int64: signed,
  sint64: signed,
  sfixed64: signed,
  uint64: unsigned,
  fixed64: unsigned,
  double: readDouble,
};

function isInteger(value: unknown): boolean {
  return Number.isSafeInteger(value) || (typeof value === 'string' && INTEGER.test(value));
}

function readDouble(value: unknown, path: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  take(!Number.isNaN(number), value, path, 'a number');
  return number;
}

function take(fits: boolean, value: unknown, path: string, expected: string): unknown {
  if (!fits) throw new WireError(`${path}: expected ${expected}, is ${nameOf(value)}`);
  return value;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
