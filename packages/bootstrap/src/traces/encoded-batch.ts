import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { RequestRecord } from '@sightline/http';
import { writeAttributes } from '../otlp/attribute-writer.ts';
import { ByteWriter } from '../otlp/byte-writer.ts';
import type { ExportPayload } from '../otlp/transport.ts';
import type { RecordingSpan } from './recording-span.ts';
import type { SpanBatch } from './span-batch.ts';
import type { SpanEncoder } from './span-encoder.ts';

/** The spans of one scope in the batch. */
interface ScopeBuffer {
  /** The message `InstrumentationScope`, as a field of `ScopeSpans`. */
  readonly prefix: Buffer;
  /** The schema's URL, as a field of `ScopeSpans`. */
  readonly suffix: Buffer;
  readonly writer: ByteWriter;
}

/** Buffers of this many scopes are kept from batch to batch. */
const KEPT_SCOPES = 64;

/** Field 1 or 2 or 3 of the messages around spans, all of them with a length. */
const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;
const FIELD_3 = 0x1a;

/** Collects spans as bytes: each is encoded when it ends, and a batch is put together by copying. */
export function createEncodedBatch(encoder: SpanEncoder, resource: Resource): SpanBatch<ExportPayload> {
  const scopes = new Map<InstrumentationScope, ScopeBuffer>();
  const resourceBytes = encodeResource(resource);
  const resourceSuffix = encodeText(FIELD_3, resource.schemaUrl);
  let count = 0;
  let bytes = 0;

  const bufferOf = (scope: InstrumentationScope): ScopeBuffer => {
    const buffer = { ...encodeScope(scope), writer: new ByteWriter() };
    scopes.set(scope, buffer);
    return buffer;
  };

  const write = (span: RecordingSpan, record: Omit<RequestRecord, 'kept'> | undefined): void => {
    const { scope } = span.origin;
    const { writer } = scopes.get(scope) ?? bufferOf(scope);
    const start = writer.pos;
    try {
      if (record === undefined) encoder.span(writer, span);
      else encoder.request(writer, span, record);
    } catch (error) {
      // Half a span would make the whole batch unreadable.
      writer.pos = start;
      throw error;
    }
    count += 1;
    bytes += writer.pos - start;
  };

  return {
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
    takesRecords: true,
    add: (span) => write(span, undefined),
    addRequest: (span, record) => write(span, record),
    seal() {
      const body = new ByteWriter(bytes + resourceBytes.length + scopes.size * 64 + 64);
      body.byte(FIELD_1);
      const at = body.begin(bytes);
      body.raw(resourceBytes);
      for (const { prefix, suffix, writer } of scopes.values()) {
        if (writer.pos === 0) continue;
        body.byte(FIELD_2);
        body.varint(prefix.length + writer.pos + suffix.length);
        body.raw(prefix);
        body.raw(writer.bytes.subarray(0, writer.pos));
        body.raw(suffix);
        writer.reset();
      }
      body.raw(resourceSuffix);
      body.end(at, bytes);
      const payload: ExportPayload = {
        items: count,
        body: body.bytes.subarray(0, body.pos),
        contentType: 'application/x-protobuf',
      };
      if (scopes.size > KEPT_SCOPES) scopes.clear();
      count = 0;
      bytes = 0;
      return payload;
    },
  };
}

function encodeScope({ name, version, schemaUrl }: InstrumentationScope): {
  prefix: Buffer;
  suffix: Buffer;
} {
  const writer = new ByteWriter(256);
  writer.byte(FIELD_1);
  const at = writer.begin(0);
  writer.byte(FIELD_1);
  writer.string(name);
  if (version !== undefined && version !== '') {
    writer.byte(FIELD_2);
    writer.string(version);
  }
  writer.end(at, 0);
  return { prefix: writer.copy(), suffix: encodeText(FIELD_3, schemaUrl) };
}

function encodeResource(resource: Resource): Buffer {
  const writer = new ByteWriter(1_024);
  writer.byte(FIELD_1);
  const at = writer.begin(0);
  writeAttributes(writer, FIELD_1, resource.attributes);
  writer.end(at, 0);
  return writer.copy();
}

function encodeText(tag: number, text: string | undefined): Buffer {
  const writer = new ByteWriter(128);
  if (text !== undefined && text !== '') {
    writer.byte(tag);
    writer.string(text);
  }
  return writer.copy();
}
