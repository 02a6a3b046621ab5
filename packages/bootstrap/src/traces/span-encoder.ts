import type { AnyValue, SpanContext } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { RequestKind, RequestRecord } from '@sightline/http';
import { rememberClean } from '@sightline/redact';
import type { Redactor } from '@sightline/redact';
import type { AttributeCensor } from '../otlp/attribute-censor.ts';
import { writeAttribute, writeAttributes } from '../otlp/attribute-writer.ts';
import { ByteWriter } from '../otlp/byte-writer.ts';
import { traceStateText } from './trace-state.ts';
import type { RecordingSpan, SpanEvent, SpanLink } from './recording-span.ts';
import type { ServerSpanFacts } from './server-span-facts.ts';

/** What requests of one kind have in common, encoded once. */
interface EncodedKind {
  /** Name, kind and attributes, as they stand in a span. */
  readonly head: Buffer;
  readonly keys: ReadonlySet<string>;
}

/** Writes spans as `opentelemetry.proto.trace.v1.Span`, without the secrets in them. */
export interface SpanEncoder {
  /** Appends a span, as a field of `ScopeSpans`. */
  span(writer: ByteWriter, span: RecordingSpan): void;
  /** Appends a server span; its attributes come from the record besides those that it has. */
  request(writer: ByteWriter, span: RecordingSpan, record: Omit<RequestRecord, 'kept'>): void;
}

/** Field numbers, shifted, with their wire types. Source: opentelemetry/proto/trace/v1/trace.proto */
const SPAN_IN_SCOPE = 0x12;
const TRACE_ID = 0x0a;
const SPAN_ID = 0x12;
const TRACE_STATE = 0x1a;
const PARENT_SPAN_ID = 0x22;
const NAME = 0x2a;
const KIND = 0x30;
const START_TIME = 0x39;
const END_TIME = 0x41;
const ATTRIBUTE = 0x4a;
const DROPPED_ATTRIBUTES = 0x50;
const EVENT = 0x5a;
const DROPPED_EVENTS = 0x60;
const LINK = 0x6a;
const DROPPED_LINKS = 0x70;
const STATUS = 0x7a;
const EVENT_TIME = 0x09;
const EVENT_NAME = 0x12;
const EVENT_ATTRIBUTE = 0x1a;
const EVENT_DROPPED = 0x20;
const LINK_STATE = 0x1a;
const LINK_ATTRIBUTE = 0x22;
const LINK_DROPPED = 0x28;
const STATUS_MESSAGE = 0x12;
const STATUS_CODE = 0x18;

/** Bits of `flags` besides the trace flags: whether it is known that the parent is remote, and whether it is. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * A span that is exported is sampled, whatever its head said: the bit means that data may have been recorded, and
 * what filters by it further on must not lose what was kept because of an error.
 */
const SAMPLED = 1;

/** Most spans have more than 127 bytes and fewer than 16,384. */
const USUAL_SPAN_BYTES = 400;

/** Clean texts that are known again: user agents are long, and few. */
const MAX_CLEAN_TEXTS = 500;

/** Room for the parts of a span that have a bounded size [bytes]. */
const FIXED_PARTS_BYTES = 128;

export function createSpanEncoder(
  censor: AttributeCensor,
  redactor: Redactor,
  serverSpan: ServerSpanFacts,
): SpanEncoder {
  const kinds = new WeakMap<RequestKind, EncodedKind>();
  const remembering = { ...redactor, text: rememberClean(redactor.text, MAX_CLEAN_TEXTS) };

  const encodeKind = (kind: RequestKind): EncodedKind => {
    const head = new ByteWriter(512);
    head.byte(NAME);
    head.string(serverSpan.name(kind));
    head.byte(KIND);
    head.byte(SpanKind.SERVER + 1);
    const statics = serverSpan.statics(kind);
    for (const [key, value] of statics) writeAttribute(head, ATTRIBUTE, key, value);
    const encoded = { head: head.copy(), keys: new Set(statics.map(([key]) => key)) };
    kinds.set(kind, encoded);
    return encoded;
  };

  const writeOwnAttributes = (
    writer: ByteWriter,
    list: readonly AnyValue[],
    except?: ReadonlySet<string>,
  ): void => {
    for (let index = 0; index < list.length; index += 2) {
      const key = list[index] as string;
      if (except?.has(key) !== true)
        writeAttribute(writer, ATTRIBUTE, censor.key(key), censor.value(key, list[index + 1]));
    }
  };

  const writeEvent = (writer: ByteWriter, event: SpanEvent): void => {
    writer.byte(EVENT);
    const at = writer.begin(USUAL_SPAN_BYTES);
    writer.byte(EVENT_TIME);
    writer.timeNanos(event.timeMs);
    writer.byte(EVENT_NAME);
    writer.string(censor.text(event.name));
    writeAttributes(writer, EVENT_ATTRIBUTE, censor.attributes(event.attributes));
    writeCount(writer, EVENT_DROPPED, event.droppedAttributesCount);
    writer.end(at, USUAL_SPAN_BYTES);
  };

  const writeLink = (writer: ByteWriter, { context, attributes, droppedAttributesCount }: SpanLink): void => {
    writer.byte(LINK);
    const at = writer.begin(0);
    writeId(writer, TRACE_ID, context.traceId);
    writeId(writer, SPAN_ID, context.spanId);
    writeTraceState(writer, LINK_STATE, context, censor);
    writeAttributes(writer, LINK_ATTRIBUTE, censor.attributes(attributes));
    writeCount(writer, LINK_DROPPED, droppedAttributesCount);
    // Field 6, fixed32.
    writer.byte(0x35);
    writer.fixed32((context.traceFlags & 0xff) | HAS_IS_REMOTE | (context.isRemote === true ? IS_REMOTE : 0));
    writer.end(at, 0);
  };

  const writeTail = (writer: ByteWriter, span: RecordingSpan): void => {
    writeCount(writer, DROPPED_ATTRIBUTES, span.droppedAttributesCount);
    for (const event of span.eventList) writeEvent(writer, event);
    writeCount(writer, DROPPED_EVENTS, span.droppedEventsCount);
    for (const link of span.linkList) writeLink(writer, link);
    writeCount(writer, DROPPED_LINKS, span.droppedLinksCount);
    if (span.statusCode !== SpanStatusCode.UNSET) writeStatus(writer, span.statusCode, span.statusMessage);
    writer.ensure(6);
    // Field 16, fixed32.
    writer.byte(0x85);
    writer.byte(0x01);
    const { traceFlags } = span.context;
    const isRemote = span.parentSpanContext?.isRemote === true;
    writer.fixed32((traceFlags & 0xff) | SAMPLED | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0));
  };

  const writeStatus = (writer: ByteWriter, code: number, message: string | undefined): void => {
    writer.byte(STATUS);
    const at = writer.begin(0);
    if (message !== undefined && message !== '') {
      writer.byte(STATUS_MESSAGE);
      writer.string(censor.text(message));
    }
    writer.byte(STATUS_CODE);
    writer.byte(code);
    writer.end(at, 0);
  };

  // One function for all requests; what it writes to is set before each.
  let emitTo: ByteWriter = new ByteWriter(0);
  let emitted: Set<string> | undefined;
  const emit = (key: string, value: AnyValue): void => {
    if (emitted !== undefined && emitted.has(key)) return;
    emitted?.add(key);
    writeAttribute(emitTo, ATTRIBUTE, key, value);
  };

  return {
    span(writer, span) {
      writer.byte(SPAN_IN_SCOPE);
      const at = writer.begin(USUAL_SPAN_BYTES);
      writeIdentity(writer, span, censor);
      writer.byte(NAME);
      writer.string(censor.text(span.name));
      writer.byte(KIND);
      writer.byte(span.kind + 1);
      writeOwnAttributes(writer, span.attributeList);
      writeTail(writer, span);
      writer.end(at, USUAL_SPAN_BYTES);
    },
    request(writer, span, record) {
      const { head, keys } = kinds.get(record.kind) ?? encodeKind(record.kind);
      writer.byte(SPAN_IN_SCOPE);
      const at = writer.begin(USUAL_SPAN_BYTES);
      writeIdentity(writer, span, censor);
      writer.raw(head);
      emitTo = writer;
      // An attribute may stand once; what the record says beats what was set before.
      emitted = span.attributeList.length > 0 ? new Set(keys) : undefined;
      serverSpan.dynamics(record, remembering, emit);
      if (emitted !== undefined) writeOwnAttributes(writer, span.attributeList, emitted);
      writeTail(writer, span);
      writer.end(at, USUAL_SPAN_BYTES);
    },
  };
}

function writeIdentity(
  writer: ByteWriter,
  { context, parentSpanContext, startMs, endMs }: RecordingSpan,
  censor: AttributeCensor,
): void {
  writer.ensure(FIXED_PARTS_BYTES);
  writeId(writer, TRACE_ID, context.traceId);
  writeId(writer, SPAN_ID, context.spanId);
  if (context.traceState !== undefined) writeTraceState(writer, TRACE_STATE, context, censor);
  if (parentSpanContext !== undefined) writeId(writer, PARENT_SPAN_ID, parentSpanContext.spanId);
  writer.byte(START_TIME);
  writer.timeNanos(startMs);
  writer.byte(END_TIME);
  writer.timeNanos(endMs);
}

function writeId(writer: ByteWriter, tag: number, id: string): void {
  writer.byte(tag);
  writer.byte(id.length >>> 1);
  writer.hex(id);
}

function writeTraceState(
  writer: ByteWriter,
  tag: number,
  { traceState }: SpanContext,
  censor: AttributeCensor,
): void {
  const text = traceStateText(traceState, censor);
  if (text === undefined || text === '') return;
  writer.byte(tag);
  writer.string(text);
}

function writeCount(writer: ByteWriter, tag: number, count: number): void {
  if (count === 0) return;
  writer.byte(tag);
  writer.varint(count);
}
