import type { Attributes, AttributeValue, Span, SpanEvent, SpanLink } from '../model.ts';

/** Tag and value of a field of fixed width [bytes]. */
const fixed64Bytes = 9;
const traceIdBytes = 16;
const spanIdBytes = 8;

/** How long a span is in OTLP's protobuf, without its resource and scope [bytes]. */
export function otlpSpanBytes(span: Span): number {
  return (
    field(traceIdBytes) +
    field(spanIdBytes) +
    text(span.traceState) +
    (span.parentSpanId === '' ? 0 : field(spanIdBytes)) +
    text(span.name) +
    (span.kind === 'unspecified' ? 0 : 2) +
    (span.startNs === 0n ? 0 : fixed64Bytes) +
    (span.startNs + span.durationNs === 0n ? 0 : fixed64Bytes) +
    keyValues(span.attributes) +
    sum(span.events, (event) => field(eventBytes(event))) +
    sum(span.links, (link) => field(linkBytes(link))) +
    field(text(span.statusMessage) + (span.status === 'unset' ? 0 : 2))
  );
}

const eventBytes = ({ name, timeNs, attributes }: SpanEvent): number =>
  (timeNs === 0n ? 0 : fixed64Bytes) + text(name) + keyValues(attributes);

const linkBytes = ({ traceState, attributes }: SpanLink): number =>
  field(traceIdBytes) + field(spanIdBytes) + text(traceState) + keyValues(attributes);

const keyValues = (attributes: Attributes): number =>
  sum([...attributes], ([key, value]) => field(text(key) + field(valueBytes(value))));

function valueBytes(value: AttributeValue): number {
  if (typeof value === 'string') return field(utf8Bytes(value));
  if (typeof value === 'boolean') return 2;
  if (typeof value === 'bigint') return 1 + varintBytes(BigInt.asUintN(64, value));
  if (typeof value === 'number') return fixed64Bytes;
  if (value instanceof Uint8Array) return field(value.length);
  if (Array.isArray(value)) {
    return field(sum(value as readonly AttributeValue[], (element) => field(valueBytes(element))));
  }
  return field(sum(Object.entries(value), ([key, inner]) => field(text(key) + field(valueBytes(inner)))));
}

/** A field with a length in front, whose tag takes one byte. */
const field = (contentBytes: number): number => 1 + varintBytes(BigInt(contentBytes)) + contentBytes;

/** A text, which is left out when it is empty. */
const text = (value: string): number => (value === '' ? 0 : field(utf8Bytes(value)));

function utf8Bytes(value: string): number {
  let total = 0;
  for (const character of value) {
    const point = character.codePointAt(0) as number;
    total += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return total;
}

function varintBytes(value: bigint): number {
  let total = 1;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) total += 1;
  return total;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
