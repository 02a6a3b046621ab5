import type { MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { ProxyTracerProvider, context, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** What the libraries of the service find at the API of OpenTelemetry. */
export interface Globals {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  /** Undefined where nothing is propagated. */
  readonly propagator: TextMapPropagator | undefined;
}

/**
 * Registers them, and what keeps the context; where another SDK was there before, that one keeps what it has.
 *
 * @returns takes away what is there of them, so that the next instance can register its own
 */
export function registerGlobals({ tracerProvider, meterProvider, propagator }: Globals): () => void {
  const hasContext = context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  const hasPropagation = propagator !== undefined && propagation.setGlobalPropagator(propagator);
  return () => {
    const traces = trace.getTracerProvider();
    if (traces instanceof ProxyTracerProvider && traces.getDelegate() === tracerProvider) trace.disable();
    if (metrics.getMeterProvider() === meterProvider) metrics.disable();
    if (hasPropagation) propagation.disable();
    if (hasContext) context.disable();
  };
}
