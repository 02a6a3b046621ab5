import type { AttributeValue, Attributes } from '@sightline/query/traceql';
import type { AnyValue, KeyValue } from '../../wire/otlp-messages.ts';

/** Attributes as TraceQL searches them; of a key that comes twice the last one counts. */
export function attributesOf(pairs: readonly KeyValue[] | undefined): Attributes {
  const attributes = new Map<string, AttributeValue>();
  for (const { key, value } of pairs ?? []) {
    const read = value === undefined ? undefined : attributeValue(value);
    if (key !== undefined && read !== undefined) attributes.set(key, read);
  }
  return attributes;
}

/** The value as a number, a text or a list of them; undefined when it has none. */
export function attributeValue(value: AnyValue): AttributeValue | undefined {
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = value;
  const plain = stringValue ?? boolValue ?? intValue ?? doubleValue ?? bytesValue;
  if (plain !== undefined) return plain;
  if (arrayValue !== undefined)
    return (arrayValue.values ?? []).map(attributeValue).filter((each) => each !== undefined);
  return kvlistValue === undefined ? undefined : Object.fromEntries(attributesOf(kvlistValue.values));
}

/** The value as a label or a line has it: text as it is, lists and maps as JSON. */
export function attributeText(value: AttributeValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return JSON.stringify(jsonOf(value));
  return String(value);
}

function jsonOf(value: AttributeValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((each: AttributeValue) => jsonOf(each));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonOf(each)]));
}
