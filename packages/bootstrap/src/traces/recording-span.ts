import type {
  AnyValue,
  Attributes,
  Context,
  Exception,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
  TimeInput,
} from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import { cleanAttributes, cleanSimpleAttributes, isTimeInput } from '@opentelemetry/core';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { TimedEvent } from '@opentelemetry/sdk-trace';
import type { RecordingServerSpan, RequestRecord } from '@sightline/http';
import { acceptAttributes, acceptValue } from './accept-attributes.ts';
import { exceptionAttributes } from './exception.ts';
import type { SpanLimits } from './limits.ts';
import { toHrTime } from './span-clock.ts';
import type { SpanClock } from './span-clock.ts';
import type { LocalTrace } from './trace-holder.ts';

/** What the spans of one tracer have in common. */
export interface SpanOrigin {
  readonly scope: InstrumentationScope;
  readonly resource: Resource;
  readonly limits: SpanLimits;
  readonly clock: SpanClock;
  /** Called before a span ends, while it can still be written; undefined when nobody listens. */
  readonly ending: ((span: RecordingSpan) => void) | undefined;
  /** Takes a span that has ended. */
  ended(span: RecordingSpan): void;
  /** Takes a server span and ends it. @returns whether it is exported */
  endRequest(span: RecordingSpan, record: Omit<RequestRecord, 'kept'>): boolean;
}

/** An event, its time in ms since 1970. */
export interface SpanEvent {
  readonly name: string;
  readonly timeMs: number;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** A link with what was left out of it. */
export interface SpanLink extends Link {
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** What a span without any has in common with all others; never written to. */
const NO_EVENTS: SpanEvent[] = [];
const NO_LINKS: SpanLink[] = [];
const NO_ATTRIBUTES: AnyValue[] = [];

/** Ids of a link: it may have none and yet say something by its attributes. */
const TRACE_ID = /^(?:[0-9a-f]{32})?$/i;
const SPAN_ID = /^(?:[0-9a-f]{16})?$/i;

/**
 * A span that records. It is a class because there is one for each request, and it keeps what it is told as it is
 * told: attributes as one flat list, times as numbers. What the SDK's processors and exporters read of a span
 * is made when they read it.
 */
export class RecordingSpan implements RecordingServerSpan {
  readonly origin: SpanOrigin;
  readonly context: SpanContext;
  readonly parentSpanContext: SpanContext | undefined;
  readonly kind: SpanKind;
  name: string;
  /** Ms since 1970. */
  readonly startMs: number;
  /** Ms since 1970; 0 until it ends. */
  endMs = 0;
  ended = false;
  statusCode: SpanStatusCode = SpanStatusCode.UNSET;
  statusMessage: string | undefined = undefined;
  /** Whether an exception was recorded. */
  hasException = false;
  /** Key, value, key, value … */
  attributeList: AnyValue[] = NO_ATTRIBUTES;
  eventList: SpanEvent[] = NO_EVENTS;
  linkList: SpanLink[] = NO_LINKS;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  /** The span above it, or itself, whose parent is not a span of this process that records. */
  readonly localRoot: RecordingSpan;
  /** Whether the head sampled it. */
  readonly isSampled: boolean;
  /** Shared by the spans below a local root that the head did not sample; undefined while that has not ended and is alone. */
  localTrace: LocalTrace | undefined = undefined;
  /** Where it was started, when processors are to be told later. */
  startContext: Context | undefined = undefined;

  constructor(
    origin: SpanOrigin,
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parent: SpanContext | undefined,
    localRoot: RecordingSpan | undefined,
    isSampled: boolean,
    startMs: number,
  ) {
    this.origin = origin;
    this.name = name;
    this.kind = kind;
    this.context = context;
    this.parentSpanContext = parent;
    this.localRoot = localRoot ?? this;
    this.isSampled = isSampled;
    this.startMs = startMs;
  }

  get isLocalRoot(): boolean {
    return this.localRoot === this;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AnyValue): this {
    if (this.ended || typeof key !== 'string' || key === '' || value === undefined) return this;
    const accepted = acceptValue(value, this.origin.limits.attributeValueLength);
    if (accepted === undefined) return this;
    const list = this.attributeList;
    for (let index = 0; index < list.length; index += 2) {
      if (list[index] === key) {
        list[index + 1] = accepted;
        return this;
      }
    }
    if (list === NO_ATTRIBUTES) {
      if (this.origin.limits.attributeCount > 0) this.attributeList = [key, accepted];
      else this.droppedAttributesCount += 1;
    } else if (list.length < this.origin.limits.attributeCount * 2) {
      list.push(key, accepted);
    } else {
      this.droppedAttributesCount += 1;
    }
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.ended || typeof attributes !== 'object' || attributes === null) return this;
    try {
      for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key]);
    } catch {
      // A getter or a proxy that throws: what it would have said is not known.
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this;
    const { limits, clock } = this.origin;
    const hasAttributes = !isTimeInput(attributesOrTime);
    const eventTime = hasAttributes || isTimeInput(time) ? time : attributesOrTime;
    const cleaned = acceptAttributes(
      cleanSimpleAttributes,
      hasAttributes ? attributesOrTime : undefined,
      limits.attributesPerEvent,
      limits,
    );
    if (limits.eventCount <= 0) {
      this.droppedEventsCount += 1;
      return this;
    }
    if (this.eventList === NO_EVENTS) this.eventList = [];
    if (this.eventList.length === limits.eventCount) {
      this.eventList.shift();
      this.droppedEventsCount += 1;
    }
    this.eventList.push({ name, timeMs: clock.toMs(eventTime), ...cleaned });
    return this;
  }

  addLink(link: Link): this {
    if (this.ended || typeof link?.context?.traceId !== 'string' || typeof link.context.spanId !== 'string') {
      return this;
    }
    const { limits } = this.origin;
    // For one id that is not as long as they are a collector refuses all spans of a request.
    const isLink = TRACE_ID.test(link.context.traceId) && SPAN_ID.test(link.context.spanId);
    if (limits.linkCount <= 0 || !isLink) {
      this.droppedLinksCount += 1;
      return this;
    }
    const cleaned = acceptAttributes(cleanAttributes, link.attributes, limits.attributesPerLink, limits);
    if (this.linkList === NO_LINKS) this.linkList = [];
    if (this.linkList.length === limits.linkCount) {
      this.linkList.shift();
      this.droppedLinksCount += 1;
    }
    this.linkList.push({ context: link.context, ...cleaned });
    return this;
  }

  addLinks(links: readonly Link[]): this {
    if (Array.isArray(links)) for (const link of links) this.addLink(link as Link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.ended || this.statusCode === SpanStatusCode.OK) return this;
    const code = status?.code;
    if (code !== SpanStatusCode.OK && code !== SpanStatusCode.ERROR) return this;
    this.statusCode = code;
    this.statusMessage =
      code === SpanStatusCode.ERROR && typeof status.message === 'string' ? status.message : undefined;
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (this.ended) return;
    this.hasException = true;
    const attributes = exceptionAttributes(exception);
    if (attributes !== undefined) this.addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.ended) return;
    const { origin } = this;
    const endMs = endTime === undefined ? origin.clock.nowMs() : origin.clock.toMs(endTime);
    this.endMs = endMs < this.startMs ? this.startMs : endMs;
    origin.ending?.(this);
    this.ended = true;
    origin.ended(this);
  }

  endRequest(record: Omit<RequestRecord, 'kept'>): boolean {
    return this.origin.endRequest(this, record);
  }

  /** Characters that it holds, roughly [UTF-16 code units]: 200 stand for the objects themselves. */
  approximateSize(): number {
    let size = 200 + this.name.length + this.eventList.length * 400 + this.linkList.length * 100;
    for (const part of this.attributeList) size += textLength(part);
    for (const event of this.eventList)
      for (const value of Object.values(event.attributes)) size += textLength(value);
    return size;
  }

  // What follows is there for processors and exporters of the SDK.

  get startTime(): HrTime {
    return toHrTime(this.startMs);
  }

  get endTime(): HrTime {
    return toHrTime(this.endMs);
  }

  get duration(): HrTime {
    if (!this.ended) return [-1, -1];
    const [startSeconds, startNanos] = this.startTime;
    const [endSeconds, endNanos] = this.endTime;
    const nanos = endNanos - startNanos;
    return nanos < 0
      ? [endSeconds - startSeconds - 1, nanos + 1_000_000_000]
      : [endSeconds - startSeconds, nanos];
  }

  get status(): SpanStatus {
    return this.statusMessage === undefined
      ? { code: this.statusCode }
      : { code: this.statusCode, message: this.statusMessage };
  }

  get attributes(): Attributes {
    const attributes: Attributes = {};
    for (let index = 0; index < this.attributeList.length; index += 2) {
      Object.defineProperty(attributes, this.attributeList[index] as string, {
        value: this.attributeList[index + 1],
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return attributes;
  }

  get events(): TimedEvent[] {
    return this.eventList.map(({ name, timeMs, attributes, droppedAttributesCount }) => ({
      name,
      time: toHrTime(timeMs),
      attributes,
      droppedAttributesCount,
    }));
  }

  get links(): Link[] {
    return [...this.linkList];
  }

  get resource(): Resource {
    return this.origin.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.origin.scope;
  }
}

/** Of all texts in it: messages and prompts come as lists and maps. */
function textLength(value: AnyValue): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Uint8Array) return value.length;
  let length = 0;
  if (Array.isArray(value)) {
    // Not by entries: an embedding is a list of thousands of numbers.
    for (const each of value as readonly AnyValue[]) length += textLength(each);
    return length;
  }
  const map = value as Readonly<Record<string, AnyValue>>;
  for (const key of Object.keys(map)) length += key.length + textLength(map[key]);
  return length;
}
