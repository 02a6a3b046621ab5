import { INVALID_TRACEID, trace } from '@opentelemetry/api';

/**
 * The ids of the active span, ready to stand in a JSON object; empty outside a span.
 *
 * Names: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
 */
export function traceFields(): string {
  const context = trace.getActiveSpan()?.spanContext();
  // Where tracing is suppressed a span is active, and none.
  if (context === undefined || context.traceId === INVALID_TRACEID) return '';
  const { traceId, spanId, traceFlags } = context;
  const flags =
    (traceFlags & 0xff) < 16 ? `0${(traceFlags & 0xff).toString(16)}` : (traceFlags & 0xff).toString(16);
  return `,"trace_id":"${traceId}","span_id":"${spanId}","trace_flags":"${flags}"`;
}
