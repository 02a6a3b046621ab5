import { ROOT_CONTEXT, SpanKind, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { ClientRequestKind } from '../request-record.ts';
import type { HttpClientOptions } from './client-options.ts';
import { type ClientRecorder, type ClientRecorderParts, createClientRecorder } from './client-recorder.ts';

/** A recorder with the real SDK behind it, and what it has recorded. */
export interface RecordedCalls {
  readonly recorder: ClientRecorder;
  readonly kinds: ClientRequestKind[];
  readonly problems: unknown[];
  readonly tracer: ReturnType<TracerProvider['getTracer']>;
  /** The client spans that have ended, in that order. */
  spans(): ReadableSpan[];
  /** Waits until so many calls have ended. */
  ended(count: number): Promise<void>;
  stop(): void;
}

export function recordCalls(
  options: HttpClientOptions = {},
  parts: Pick<ClientRecorderParts, 'clients'> = {},
): RecordedCalls {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('test');
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  const problems: unknown[] = [];
  const kinds: ClientRequestKind[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const recorder = createClientRecorder(options, {
    ...parts,
    tracer,
    onProblem: (problem) => problems.push(problem),
  });
  recorder.addSink({
    prepare: (kind) => () => {
      kinds.push(kind);
      for (const { count, resolve } of waiting) if (kinds.length >= count) resolve();
    },
  });
  recorder.enable();

  return {
    recorder,
    kinds,
    problems,
    tracer,
    spans: () => exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CLIENT),
    ended(count) {
      if (kinds.length >= count) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      return promise;
    },
    stop() {
      recorder.disable();
      context.disable();
      propagation.disable();
      trace.disable();
    },
  };
}

/** A context in which telemetry makes its own calls. */
export const suppressed = ROOT_CONTEXT.setValue(
  Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
  true,
);
