import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';
import { TraceFlags } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import type { AttributeCensor } from '../otlp/attribute-censor.ts';
import { exportedContext } from './trace-state.ts';
import type { RecordingSpan } from './recording-span.ts';

/**
 * An ended span as processors and exporters of the SDK see it: without secrets, and sampled, because those look at
 * the flag to decide whether they export, and what comes here is exported whatever the head said. Everything is made
 * when it is first read.
 */
export class ExportedSpan implements ReadableSpan {
  readonly #span: RecordingSpan;
  readonly #censor: AttributeCensor;
  readonly #context: SpanContext;
  readonly resource: Resource;
  #attributes: Attributes | undefined;
  #events: TimedEvent[] | undefined;
  #links: Link[] | undefined;

  constructor(span: RecordingSpan, censor: AttributeCensor, resource: Resource) {
    this.#span = span;
    this.#censor = censor;
    this.resource = resource;
    const context = exportedContext(span.context, censor);
    this.#context = span.isSampled
      ? context
      : { ...context, traceFlags: context.traceFlags | TraceFlags.SAMPLED };
  }

  get name(): string {
    return this.#censor.text(this.#span.name);
  }

  get kind(): SpanKind {
    return this.#span.kind;
  }

  readonly spanContext = (): SpanContext => this.#context;

  // An SDK span has the key also where there is no parent.
  get parentSpanContext(): SpanContext {
    const parent = this.#span.parentSpanContext;
    return (parent && exportedContext(parent, this.#censor)) as SpanContext;
  }

  get startTime(): HrTime {
    return this.#span.startTime;
  }

  get endTime(): HrTime {
    return this.#span.endTime;
  }

  get duration(): HrTime {
    return this.#span.duration;
  }

  get status(): SpanStatus {
    const { code, message } = this.#span.status;
    return message === undefined ? { code } : { code, message: this.#censor.text(message) };
  }

  get attributes(): Attributes {
    return (this.#attributes ??= this.#censor.attributes(this.#span.attributes));
  }

  get events(): TimedEvent[] {
    return (this.#events ??= this.#span.events.map((event) => ({
      ...event,
      name: this.#censor.text(event.name),
      attributes: this.#censor.attributes(event.attributes ?? {}),
    })));
  }

  get links(): Link[] {
    return (this.#links ??= this.#span.links.map((link) => ({
      ...link,
      context: exportedContext(link.context, this.#censor),
      attributes: this.#censor.attributes(link.attributes ?? {}),
    })));
  }

  get ended(): boolean {
    return this.#span.ended;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.#span.instrumentationScope;
  }

  get droppedAttributesCount(): number {
    return this.#span.droppedAttributesCount;
  }

  get droppedEventsCount(): number {
    return this.#span.droppedEventsCount;
  }

  get droppedLinksCount(): number {
    return this.#span.droppedLinksCount;
  }
}

/** The resource without secrets. */
export function censoredResource(resource: Resource, censor: AttributeCensor): Resource {
  return resourceFromAttributes(
    censor.attributes(resource.attributes),
    resource.schemaUrl === undefined ? {} : { schemaUrl: resource.schemaUrl },
  );
}
