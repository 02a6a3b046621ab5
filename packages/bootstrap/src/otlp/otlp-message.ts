import type { AnyValue, Attributes } from '@opentelemetry/api';
import { ByteWriter } from './byte-writer.ts';

/** How a field is written. In the JSON of OTLP 64-bit integers are texts and ids are hexadecimal. */
type FieldType =
  | 'string'
  | 'bool'
  | 'enum'
  | 'uint32'
  | 'double'
  | 'fixed32'
  | 'fixed64'
  | 'int64'
  | 'hex'
  | Shape;

/** The fields of a message by their names in JSON, each with its number; a list of messages is a repeated field. */
type Shape = { readonly [name: string]: readonly [number: number, type: FieldType] };

/** A message as OTLP/JSON has it. */
export type OtlpMessage = { readonly [name: string]: unknown };

const anyValue: { [name: string]: readonly [number, FieldType] } = {
  stringValue: [1, 'string'],
  boolValue: [2, 'bool'],
  intValue: [3, 'int64'],
  doubleValue: [4, 'double'],
};
const keyValue: Shape = { key: [1, 'string'], value: [2, anyValue] };
anyValue['arrayValue'] = [5, { values: [1, anyValue] }];
anyValue['kvlistValue'] = [6, { values: [1, keyValue] }];

const scope: Shape = { name: [1, 'string'], version: [2, 'string'] };
const resource: Shape = { attributes: [1, keyValue] };

const logRecord: Shape = {
  timeUnixNano: [1, 'fixed64'],
  severityNumber: [2, 'enum'],
  severityText: [3, 'string'],
  body: [5, anyValue],
  attributes: [6, keyValue],
  droppedAttributesCount: [7, 'uint32'],
  flags: [8, 'fixed32'],
  traceId: [9, 'hex'],
  spanId: [10, 'hex'],
  observedTimeUnixNano: [11, 'fixed64'],
};

/** A request of log records. Source: https://github.com/open-telemetry/opentelemetry-proto */
export const logsRequestShape = {
  resourceLogs: [
    1,
    { resource: [1, resource], scopeLogs: [2, { scope: [1, scope], logRecords: [2, logRecord] }] },
  ],
} as const satisfies Shape;

/** What stands before the metrics in a request of them, by the numbers of its fields: those of `ResourceMetrics`. */
export const resourceShape = { resource: [1, resource] } as const satisfies Shape;
/** The same of `ScopeMetrics`. */
export const scopeShape = { scope: [1, scope] } as const satisfies Shape;

/**
 * Writes a message as protobuf. For what leaves now and then: spans and points, of which there are many, have encoders of
 * their own.
 */
export function encodeMessage(shape: Shape, message: OtlpMessage): Buffer {
  const writer = new ByteWriter();
  writeMessage(writer, shape, message);
  return writer.copy();
}

function writeMessage(writer: ByteWriter, shape: Shape, message: OtlpMessage): void {
  for (const name of Object.keys(message)) {
    const field = shape[name];
    const value = message[name];
    if (field === undefined || value === undefined) continue;
    const [number, type] = field;
    if (typeof type === 'object' && Array.isArray(value)) {
      for (const item of value) writeField(writer, number, type, item);
    } else {
      writeField(writer, number, type, value);
    }
  }
}

const WIRE_TYPES: Readonly<Record<Exclude<FieldType, Shape>, number>> = {
  string: 2,
  bool: 0,
  enum: 0,
  uint32: 0,
  double: 1,
  fixed32: 5,
  fixed64: 1,
  int64: 0,
  hex: 2,
};

function writeField(writer: ByteWriter, number: number, type: FieldType, value: unknown): void {
  writer.varint(number * 8 + (typeof type === 'object' ? 2 : WIRE_TYPES[type]));
  if (typeof type === 'object') {
    const at = writer.begin(0);
    writeMessage(writer, type, value as OtlpMessage);
    writer.end(at, 0);
    return;
  }
  switch (type) {
    case 'string':
      writer.string(value as string);
      return;
    case 'bool':
      writer.byte(value === true ? 1 : 0);
      return;
    case 'enum':
    case 'uint32':
      writer.varint(value as number);
      return;
    case 'int64':
      writer.int64(Number(value));
      return;
    case 'fixed32':
      writer.fixed32(value as number);
      return;
    case 'double':
      writer.double(Number(value));
      return;
    case 'fixed64':
      writeFixed64(writer, value as string);
      return;
    default: {
      const id = value as string;
      writer.varint(id.length / 2);
      writer.hex(id);
    }
  }
}

function writeFixed64(writer: ByteWriter, text: string): void {
  const value = BigInt(text);
  writer.fixed32(Number(value & 0xff_ff_ff_ffn));
  writer.fixed32(Number(value >> 32n));
}

/** @param timeMs ms since 1970, with fractions */
export function nanosText(timeMs: number): string {
  const wholeMs = Math.floor(timeMs);
  return String(BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((timeMs - wholeMs) * 1_000_000)));
}

/** JSON has no NaN and no infinity: OTLP writes them as texts. */
export function doubleValue(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Levels of nesting of one value. */
const MAX_DEPTH = 32;

/** Attributes as a list of `KeyValue`. */
export function keyValues(attributes: Attributes, depth = 0, maxLength = Infinity): OtlpMessage[] {
  return Object.keys(attributes).map((key) => ({ key, value: otlpValue(attributes[key], depth, maxLength) }));
}

/**
 * An `AnyValue`; an empty one for what is none.
 *
 * @param maxLength most of each string that is kept [UTF-16 code units]
 */
export function otlpValue(value: AnyValue, depth = 0, maxLength = Infinity): OtlpMessage {
  switch (typeof value) {
    case 'string':
      return { stringValue: value.length > maxLength ? value.slice(0, maxLength) : value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: doubleValue(value) };
    case 'object': {
      if (value === null || depth >= MAX_DEPTH) return {};
      if (Array.isArray(value)) {
        const values = value.map((item: AnyValue) => otlpValue(item, depth + 1, maxLength));
        return { arrayValue: { values } };
      }
      return { kvlistValue: { values: keyValues(value as Attributes, depth + 1, maxLength) } };
    }
    default:
      return {};
  }
}
