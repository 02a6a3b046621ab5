import { INVALID_TRACEID, context, trace } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';

/** Where the recorder of requests keeps the id of the request in the context. */
const REQUEST_ID = Symbol.for('sightline.request.id');

/** The context that a line is written in. */
export function activeContext(): Context {
  return context.active();
}

/**
 * The ids of the active span, ready to stand in a JSON object; empty outside a span.
 *
 * Names: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
 */
export function traceFields(active: Context): string {
  const span = trace.getSpanContext(active);
  // Where tracing is suppressed a span is active, and none.
  if (span === undefined || span.traceId === INVALID_TRACEID) return '';
  const { traceId, spanId, traceFlags } = span;
  return `,"trace_id":"${traceId}","span_id":"${spanId}","trace_flags":"${flagsText(traceFlags)}"`;
}

/** The flags of a trace as two hexadecimal digits. */
export function flagsText(traceFlags: number): string {
  return FLAGS[traceFlags & 0xff] as string;
}

/** The id of the request that is being answered, ready to stand in a JSON object; empty outside a request. */
export function requestIdField(active: Context): string {
  const id = active.getValue(REQUEST_ID);
  return typeof id === 'string' ? `,"request_id":${JSON.stringify(id)}` : '';
}

/** Two hexadecimal digits for each byte. */
const FLAGS: readonly string[] = Array.from({ length: 256 }, (_, flags) =>
  flags.toString(16).padStart(2, '0'),
);
