import type { SpanContext, TraceState } from '@opentelemetry/api';
import type { AttributeCensor } from '../otlp/attribute-censor.ts';

/**
 * The state of a trace as it is exported: none when a secret is in it, as the state with a gap would be another state.
 * What is passed on to other services is not touched.
 */
export function traceStateText(
  traceState: TraceState | undefined,
  censor: AttributeCensor,
): string | undefined {
  try {
    const text = traceState?.serialize();
    if (text === undefined) return undefined;
    return censor.text(text) === text ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The same context with what may be exported of its state. */
export function exportedContext(context: SpanContext, censor: AttributeCensor): SpanContext {
  const { traceState, ...rest } = context;
  return traceState === undefined || traceStateText(traceState, censor) !== undefined ? context : rest;
}
