import type { Context, Span, SpanContext, SpanOptions, Tracer } from '@opentelemetry/api';
import {
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  TraceFlags,
  context as contextApi,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { contextWithSpan } from '@sightline/http';
import type { IdSource } from './ids.ts';
import { RecordingSpan } from './recording-span.ts';
import type { SpanOrigin } from './recording-span.ts';
import type { Sampler } from './sampler.ts';
import type { SpanProcessors } from './span-processors.ts';
import { openTrace } from './trace-holder.ts';

export interface TracerSetup {
  readonly origin: SpanOrigin;
  readonly ids: IdSource;
  readonly sampler: Sampler;
  /** Whether spans of traces that the head does not sample record, until it is known whether the trace is kept. */
  readonly recordsUnsampled: boolean;
  readonly processors: SpanProcessors;
  /** False once all is shut down, or when nobody takes spans: then none records. */
  readonly isActive: () => boolean;
}

/** Makes spans; it follows the API of OpenTelemetry. */
export function createTracer(setup: TracerSetup): Tracer {
  const { origin, ids, sampler, recordsUnsampled, processors, isActive } = setup;

  const startSpan = (name: string, options?: SpanOptions, context: Context = contextApi.active()): Span => {
    // Most requests come without a parent, and nothing stands in the root.
    const isRoot = context === ROOT_CONTEXT;
    if (!isRoot && isTracingSuppressed(context)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const parent = isRoot || options?.root === true ? undefined : trace.getSpan(context);
    const localParent = parent instanceof RecordingSpan ? parent : undefined;
    const parentContext = localParent === undefined ? validContext(parent) : localParent.context;
    // An id that nobody records would be a gap in the trace for whoever comes below it.
    if (parentContext !== undefined && !isActive()) return trace.wrapSpanContext(parentContext);
    const traceId = parentContext === undefined ? ids.traceId() : parentContext.traceId;
    const isSampled = sampler(traceId, parentContext);
    const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const spanContext: SpanContext =
      parentContext?.traceState === undefined
        ? { traceId, spanId: ids.spanId(), traceFlags }
        : { traceId, spanId: ids.spanId(), traceFlags, traceState: parentContext.traceState };
    if (!(isSampled || recordsUnsampled) || !isActive()) return trace.wrapSpanContext(spanContext);

    const startTime = options?.startTime;
    const span = new RecordingSpan(
      origin,
      name,
      options?.kind ?? SpanKind.INTERNAL,
      spanContext,
      parentContext,
      localParent?.localRoot,
      isSampled,
      startTime === undefined ? origin.clock.nowMs() : origin.clock.toMs(startTime),
    );
    // A sampled parent has no such trace: the span decides for itself, as one whose parent is elsewhere.
    if (!isSampled && localParent !== undefined) span.localTrace = localParent.localTrace ??= openTrace();
    if (options?.attributes !== undefined) span.setAttributes(options.attributes);
    if (options?.links !== undefined) span.addLinks(options.links);
    if (!processors.isEmpty) {
      if (isSampled) processors.onStart(span, context);
      else span.startContext = context;
    }
    return span;
  };

  return {
    startSpan,
    startActiveSpan(name: string, ...rest: readonly unknown[]): never {
      // The overloads: (fn), (options, fn), (options, context, fn).
      const work = rest.at(-1) as (span: Span) => never;
      const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined;
      const context = (rest.length > 2 ? (rest[1] as Context | undefined) : undefined) ?? contextApi.active();
      const span = startSpan(name, options, context);
      return contextApi.with(contextWithSpan(context, span), work, undefined, span);
    },
  };
}

function validContext(parent: Span | undefined): SpanContext | undefined {
  const context = parent?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? context : undefined;
}
