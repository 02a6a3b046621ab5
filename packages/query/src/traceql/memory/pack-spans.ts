import type { BlockCodec } from '../../packed/block-codec.ts';
import { PackReader } from '../../packed/pack-reader.ts';
import { PackWriter } from '../../packed/pack-writer.ts';
import type { InstrumentationScope, Resource, Span, SpanKind, SpanStatus } from '../model.ts';
import { type BlockIndex, BlockIndexWriter } from './block-index.ts';
import { readAttributes, writeAttributes } from './pack-attributes.ts';

/** Spans of several traces, packed together so that what they have in common is kept once. */
export interface PackedSpans {
  readonly compressed: Uint8Array;
  /** Of what was compressed [bytes]. */
  readonly length: number;
  /** What all blocks share: one object each, by which spans of a resource and a scope are grouped. */
  readonly resources: readonly Resource[];
  readonly scopes: readonly InstrumentationScope[];
  readonly index: BlockIndex;
}

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses: readonly SpanStatus[] = ['unset', 'ok', 'error'];
const hexadecimal = /^(?:[\da-f]{2}){1,16}$/;
/** What the object around a block takes, about [bytes]. */
const blockBytes = 400;

export function packedSpansBytes({ compressed, index, resources, scopes }: PackedSpans): number {
  return blockBytes + compressed.length + index.filter.length + 8 * (resources.length + scopes.length);
}

/** @param lists the spans of one trace after the other */
export function packSpans(lists: readonly (readonly Span[])[], codec: BlockCodec): PackedSpans {
  const writer = new PackWriter();
  const index = new BlockIndexWriter();
  const resources = new Map<Resource, number>();
  const scopes = new Map<InstrumentationScope, number>();
  let beforeNs = 0n;
  writer.number(lists.length);
  for (const spans of lists) {
    writer.number(spans.length);
    for (const span of spans) {
      writeId(writer, span.traceId);
      writeId(writer, span.spanId);
      writeId(writer, span.parentSpanId);
      index.span(span, writer.word(span.name));
      writer.byte(kinds.indexOf(span.kind) * 4 + statuses.indexOf(span.status));
      writer.integer(span.startNs - beforeNs);
      beforeNs = span.startNs;
      writer.integer(span.durationNs);
      writer.number(placeOf(resources, span.resource));
      writer.number(placeOf(scopes, span.scope));
      writer.word(span.traceState);
      writer.word(span.statusMessage);
      writeAttributes(writer, span.attributes, index);
      writer.number(span.events.length);
      for (const { name, timeNs, attributes } of span.events) {
        index.eventName(writer.word(name), name);
        writer.integer(timeNs - span.startNs);
        writeAttributes(writer, attributes, index);
      }
      writer.number(span.links.length);
      for (const { traceId, spanId, traceState, attributes } of span.links) {
        writeId(writer, traceId);
        writeId(writer, spanId);
        writer.word(traceState);
        writeAttributes(writer, attributes, index);
      }
    }
  }
  const packed = writer.finish();
  return {
    // A copy: what a codec returns may be a view of something larger.
    compressed: codec.compress(packed).slice(),
    length: packed.length,
    resources: [...resources.keys()],
    scopes: [...scopes.keys()],
    index: index.finish(),
  };
}

/** The lists that `packSpans` was given. */
export function unpackSpans(packed: PackedSpans, codec: BlockCodec): readonly (readonly Span[])[] {
  const reader = new PackReader(codec.uncompress(packed.compressed, packed.length));
  let beforeNs = 0n;
  return Array.from({ length: reader.number() }, () =>
    Array.from({ length: reader.number() }, (): Span => {
      const traceId = readId(reader);
      const spanId = readId(reader);
      const parentSpanId = readId(reader);
      const name = reader.word();
      const kindAndStatus = reader.byte();
      const startNs = beforeNs + reader.integer();
      beforeNs = startNs;
      return {
        traceId,
        spanId,
        parentSpanId,
        name,
        kind: kinds[kindAndStatus >> 2]!,
        status: statuses[kindAndStatus & 3]!,
        startNs,
        durationNs: reader.integer(),
        resource: packed.resources[reader.number()] as Resource,
        scope: packed.scopes[reader.number()] as InstrumentationScope,
        traceState: reader.word(),
        statusMessage: reader.word(),
        attributes: readAttributes(reader),
        events: Array.from({ length: reader.number() }, () => ({
          name: reader.word(),
          timeNs: startNs + reader.integer(),
          attributes: readAttributes(reader),
        })),
        links: Array.from({ length: reader.number() }, () => ({
          traceId: readId(reader),
          spanId: readId(reader),
          traceState: reader.word(),
          attributes: readAttributes(reader),
        })),
      };
    }),
  );
}

function placeOf<Item>(places: Map<Item, number>, item: Item): number {
  let place = places.get(item);
  if (place === undefined) places.set(item, (place = places.size));
  return place;
}

/** An id of hexadecimal digits as bytes; whatever else stands in its place as it is. */
function writeId(writer: PackWriter, id: string): void {
  if (!hexadecimal.test(id)) {
    writer.byte(0);
    writer.word(id);
    return;
  }
  writer.byte(id.length / 2);
  for (let at = 0; at < id.length; at += 2) writer.byte(digitAt(id, at) * 16 + digitAt(id, at + 1));
}

/** The value of a hexadecimal digit; the letters come 39 behind the digits. */
function digitAt(id: string, at: number): number {
  const code = id.charCodeAt(at) - 48;
  return code < 10 ? code : code - 39;
}

const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

function readId(reader: PackReader): string {
  const length = reader.byte();
  if (length === 0) return reader.word();
  let id = '';
  for (let at = 0; at < length; at += 1) id += digits[reader.byte()];
  return id;
}
