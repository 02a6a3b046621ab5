import { type Context, context, trace, TraceFlags } from '@opentelemetry/api';
import type { TraceRef } from './family.ts';

/** The span that is active now, or in the context given, when its trace is sampled; undefined otherwise. */
export function sampledTrace(from: Context = context.active()): TraceRef | undefined {
  const found = trace.getSpanContext(from);
  return found !== undefined && (found.traceFlags & TraceFlags.SAMPLED) !== 0 ? found : undefined;
}
