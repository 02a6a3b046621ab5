import { type Span, trace, TraceFlags } from '@opentelemetry/api';

/** The span that an observation was made in; it becomes the exemplar. */
export interface TraceRef {
  readonly traceId: string;
  readonly spanId: string;
}

/** The active span, as far as an exemplar may point to it: only where the trace is exported. */
export function activeTraceRef(): TraceRef | undefined {
  const spanContext = trace.getActiveSpan()?.spanContext();
  if (spanContext === undefined || (spanContext.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return spanContext;
}

/** The active span while something can still be written on it. */
export function recordingSpan(): Span | undefined {
  const span = trace.getActiveSpan();
  return span?.isRecording() === true ? span : undefined;
}
