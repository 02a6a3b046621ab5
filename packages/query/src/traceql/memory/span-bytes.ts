import type { Attributes, AttributeValue, Span } from '../model.ts';

/** What an object, a number or an entry of a map takes in V8, about [bytes]. */
const objectBytes = 200;
const entryBytes = 48;
const numberBytes = 16;

/** How much memory a span takes without its resource and scope, which many share; an estimate [bytes]. */
export function spanBytes(span: Span): number {
  let total = objectBytes + textBytes(span.name) + textBytes(span.statusMessage) + textBytes(span.traceState);
  total += textBytes(span.spanId) + textBytes(span.parentSpanId) + attributesBytes(span.attributes);
  for (const event of span.events)
    total += objectBytes + textBytes(event.name) + attributesBytes(event.attributes);
  for (const link of span.links) {
    total += objectBytes + textBytes(link.traceId) + textBytes(link.spanId);
    total += textBytes(link.traceState) + attributesBytes(link.attributes);
  }
  return total;
}

/** V8 keeps a character in one byte or in two; two is what it may be. */
const textBytes = (text: string): number => text.length * 2;

function attributesBytes(attributes: Attributes): number {
  let total = 0;
  for (const [key, value] of attributes) total += entryBytes + textBytes(key) + valueBytes(value);
  return total;
}

function valueBytes(value: AttributeValue): number {
  if (typeof value === 'string') return textBytes(value);
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) {
    return (value as readonly AttributeValue[]).reduce<number>(
      (total, element) => total + valueBytes(element),
      numberBytes,
    );
  }
  if (typeof value !== 'object') return numberBytes;
  return Object.entries(value).reduce(
    (total, [key, element]) => total + entryBytes + textBytes(key) + valueBytes(element),
    0,
  );
}
