import type { PackReader } from '../../packed/pack-reader.ts';
import type { PackWriter } from '../../packed/pack-writer.ts';
import type { AttributeValue, Attributes } from '../model.ts';
import { type BlockIndexWriter, hashOfScalar } from './block-index.ts';

const types = { text: 0, integer: 1, double: 2, true: 3, false: 4, bytes: 5, list: 6, map: 7 } as const;

export function writeAttributes(writer: PackWriter, attributes: Attributes, index: BlockIndexWriter): void {
  writer.number(attributes.size);
  for (const [key, value] of attributes) {
    writeValue(writer, value, index, index.key(writer.word(key), key));
  }
}

export function readAttributes(reader: PackReader): Attributes {
  const attributes = new Map<string, AttributeValue>();
  for (let left = reader.number(); left > 0; left -= 1) attributes.set(reader.word(), readValue(reader));
  return attributes;
}

/** @param key what the index knows the key by that the value, or the list or map that it is in, has */
function writeValue(writer: PackWriter, value: AttributeValue, index: BlockIndexWriter, key: number): void {
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean')
    index.value(key, hashOfScalar(value));
  if (typeof value === 'string') {
    writer.byte(types.text);
    index.value(key, index.word(writer.word(value), value));
  } else if (typeof value === 'bigint') {
    writer.byte(types.integer);
    writer.integer(value);
  } else if (typeof value === 'number') {
    writer.byte(types.double);
    writer.double(value);
  } else if (typeof value === 'boolean') writer.byte(value ? types.true : types.false);
  else if (value instanceof Uint8Array) {
    writer.byte(types.bytes);
    writer.number(value.length);
    writer.raw(value);
  } else if (Array.isArray(value)) {
    writer.byte(types.list);
    writer.number(value.length);
    for (const each of value as readonly AttributeValue[]) writeValue(writer, each, index, key);
  } else {
    const entries = Object.entries(value);
    writer.byte(types.map);
    writer.number(entries.length);
    for (const [name, each] of entries) {
      writer.word(name);
      writeValue(writer, each, index, key);
    }
  }
}

function readValue(reader: PackReader): AttributeValue {
  switch (reader.byte()) {
    case types.text:
      return reader.word();
    case types.integer:
      return reader.integer();
    case types.double:
      return reader.double();
    case types.true:
      return true;
    case types.false:
      return false;
    case types.bytes:
      return reader.raw(reader.number()).slice();
    case types.list:
      return Array.from({ length: reader.number() }, () => readValue(reader));
    default:
      return Object.fromEntries(
        Array.from({ length: reader.number() }, () => [reader.word(), readValue(reader)] as const),
      );
  }
}
