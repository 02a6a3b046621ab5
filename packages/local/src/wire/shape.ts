/**
 * How the value of a field is read.
 *
 * 64-bit integers come as `bigint`, ids as hexadecimal text, other bytes as `Uint8Array`.
 */
export type ScalarType =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'enum'
  | 'uint32'
  | 'sint32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'double';

/** What a field holds: a value, or a message. */
export type FieldType = ScalarType | MessageShape;

/** One field of a message. */
export interface Field {
  /** Its name in JSON. */
  readonly name: string;
  readonly type: FieldType;
  readonly repeated: boolean;
}

/** A message as protobuf and JSON have it; what is not in it is skipped. */
export interface MessageShape {
  /** By its number. */
  readonly fields: readonly (Field | undefined)[];
  readonly byName: ReadonlyMap<string, Field>;
}

/** `[type]` is a repeated field. */
export type FieldEntry = readonly [number: number, type: FieldType | readonly [FieldType]];

/** Makes a shape; a message that holds itself gets its fields later, by `addFields`. */
export function messageShape(entries: Readonly<Record<string, FieldEntry>>): MessageShape {
  const shape: MutableShape = { fields: [], byName: new Map() };
  addFields(shape, entries);
  return shape;
}

interface MutableShape {
  readonly fields: (Field | undefined)[];
  readonly byName: Map<string, Field>;
}

export function addFields(shape: MessageShape, entries: Readonly<Record<string, FieldEntry>>): void {
  const { fields, byName } = shape as MutableShape;
  for (const [name, [number, type]] of Object.entries(entries)) {
    const field: Field = isRepeated(type)
      ? { name, type: type[0], repeated: true }
      : { name, type, repeated: false };
    fields[number] = field;
    byName.set(name, field);
  }
}

function isRepeated(type: FieldType | readonly [FieldType]): type is readonly [FieldType] {
  return Array.isArray(type);
}
