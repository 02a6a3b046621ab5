import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  createTraceState,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { AttributeName } from '@sightline/conventions';
import type { Redactor } from '@sightline/redact';
import type { IncomingHttpHeaders } from 'node:http';
import type { ResolvedHttpServerOptions } from './options.ts';
import { requestContext } from './request-context.ts';
import type { RecordingServerSpan, RequestKind } from './request-record.ts';
import type { ServerRequest } from './server-request.ts';
import { endServerSpan, serverSpanDynamics, serverSpanName, serverSpanStatics } from './server-span.ts';
import { parseTraceParent } from './trace-parent.ts';

/** Opens and ends the spans of requests. */
export interface ServerTracing {
  /** Gives a request its span, and the context that its handler runs in. */
  open(state: ServerRequest): void;
  /** Ends the span of a request whose record is complete but for `kept`, and fills that in. */
  close(state: ServerRequest): void;
}

export interface ServerTracingSetup {
  readonly tracer: () => Tracer;
  readonly redactor: Redactor;
  readonly propagation: ResolvedHttpServerOptions['propagation'];
}

/** For a tracer whose spans take their record at the end. */
const RECORDING_SPAN_OPTIONS: SpanOptions = { kind: SpanKind.SERVER };

const headerGetter = {
  keys: (headers: IncomingHttpHeaders): string[] => Object.keys(headers),
  get: (headers: IncomingHttpHeaders, name: string): string | string[] | undefined =>
    headers[name.toLowerCase()],
};

export function createServerTracing(setup: ServerTracingSetup): ServerTracing {
  const { tracer: currentTracer, redactor } = setup;
  const remoteContext = setup.propagation === 'api' ? extracted : fromTraceParent;
  const statics = new WeakMap<RequestKind, Attributes>();
  // The tracer whose spans are known to take a record, so that it is not given attributes twice.
  let recordingTracer: Tracer | undefined;

  function staticAttributes(kind: RequestKind): Attributes {
    const known = statics.get(kind);
    if (known !== undefined) return known;
    const attributes = Object.fromEntries(serverSpanStatics(kind));
    statics.set(kind, attributes);
    return attributes;
  }

  /** What samplers may decide by is given at the start. */
  function startOptions(state: ServerRequest): SpanOptions {
    const attributes: Attributes = {
      ['http.request.method' satisfies AttributeName]: state.cell.method,
      ['url.scheme' satisfies AttributeName]: state.scheme,
    };
    serverSpanDynamics(state, redactor, (name, value) => {
      attributes[name] = value;
    });
    return { kind: SpanKind.SERVER, startTime: state.startTimeMs, attributes };
  }

  return {
    open(state) {
      const tracer = currentTracer();
      const parent = remoteContext(state.headers);
      const options = tracer === recordingTracer ? RECORDING_SPAN_OPTIONS : startOptions(state);
      const span = tracer.startSpan(
        serverSpanName({ method: state.cell.method, route: undefined }),
        options,
        parent,
      );
      if (tracer !== recordingTracer && takesRecord(span)) recordingTracer = tracer;
      state.span = span;
      state.spanContext = span.spanContext();
      state.context = requestContext(parent, span, state.requestId);
    },
    close(state) {
      const { span } = state;
      if (takesRecord(span)) {
        state.kept = span.endRequest(state);
        return;
      }
      state.kept = (state.spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
      endServerSpan(span, state, staticAttributes(state.kind), redactor);
    },
  };
}

function takesRecord(span: Span): span is RecordingServerSpan {
  return typeof (span as Partial<RecordingServerSpan>).endRequest === 'function';
}

/**
 * The context that a request brings, from its W3C headers. Its base is the root: what is active where a server emits
 * is what was active when it began to listen, and no parent of a request.
 */
function fromTraceParent(headers: IncomingHttpHeaders): Context {
  const base = headers.baggage === undefined ? ROOT_CONTEXT : withBaggage(headers);
  const header = headers.traceparent;
  const parent = typeof header === 'string' ? parseTraceParent(header) : undefined;
  if (parent === undefined) return base;
  const { tracestate } = headers;
  const state = Array.isArray(tracestate) ? tracestate.join(',') : tracestate;
  const span = trace.wrapSpanContext(
    state === undefined || state === ''
      ? { ...parent, isRemote: true }
      : { ...parent, isRemote: true, traceState: createTraceState(state) },
  );
  return requestContext(base, span, undefined);
}

/** Whether baggage is taken, and how, is up to the propagator that is registered. */
function withBaggage(headers: IncomingHttpHeaders): Context {
  const baggage = propagation.getBaggage(extracted(headers));
  return baggage === undefined ? ROOT_CONTEXT : propagation.setBaggage(ROOT_CONTEXT, baggage);
}

function extracted(headers: IncomingHttpHeaders): Context {
  return propagation.extract(ROOT_CONTEXT, headers, headerGetter);
}
