import type { Tracer, TracerProvider } from '@opentelemetry/api';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { thrownText } from '@sightline/errors';
import type { Redactor } from '@sightline/redact';
import { createAttributeCensor } from '../otlp/attribute-censor.ts';
import type { ExportProblem } from '../otlp/export-problems.ts';
import { loadGrpcExporter } from '../otlp/grpc.ts';
import type { GrpcExporterLoader } from '../otlp/grpc.ts';
import { sendSync } from '../otlp/send-sync.ts';
import type { SyncPost } from '../otlp/send-sync.ts';
import type { ExportStats } from '../otlp/sender.ts';
import type { OtlpTarget } from '../otlp/target.ts';
import { ExportedSpan, censoredResource } from './exported-span.ts';
import { createIdSource } from './ids.ts';
import type { SpanLimits } from './limits.ts';
import { defaultSpanLimits } from './limits.ts';
import { RecordingSpan } from './recording-span.ts';
import type { SpanOrigin } from './recording-span.ts';
import type { SamplerSettings } from './sampler.ts';
import { createSampler } from './sampler.ts';
import { httpServerSpan } from './server-span-facts.ts';
import type { ServerSpanFacts } from './server-span-facts.ts';
import { createSpanClock } from './span-clock.ts';
import { createSpanExport } from './span-export.ts';
import type { BiasSettings } from './span-pipeline.ts';
import { createSpanPipeline, defaultBias } from './span-pipeline.ts';
import { createSpanProcessors } from './span-processors.ts';
import type { NamedSpanProcessor } from './span-processors.ts';
import type { BatchSettings } from './span-queue.ts';
import { defaultBatchSettings } from './span-queue.ts';
import { createTracer } from './tracer.ts';
import { createTraceHolder, holderLimits } from './trace-holder.ts';
import type { HolderLimits, HolderStats } from './trace-holder.ts';

/** Everything resolved: environment, defaults and what is wrong with either is the config's affair. */
export interface TracingOptions {
  readonly resource: Resource;
  readonly redactor: Redactor;
  readonly sampler: SamplerSettings;
  /** Where spans are sent; undefined sends them nowhere but to the processors. */
  readonly target: OtlpTarget | undefined;
  /** Default: the semantic conventions for HTTP. */
  readonly serverSpan?: ServerSpanFacts;
  readonly limits?: Partial<SpanLimits>;
  readonly batch?: Partial<BatchSettings>;
  readonly bias?: Partial<BiasSettings>;
  readonly held?: Partial<HolderLimits>;
  readonly spanProcessors?: readonly NamedSpanProcessor[];
  /** Default: the exporter of OpenTelemetry, where the service has its package. */
  readonly grpcExporter?: GrpcExporterLoader;
  /** Told how many spans wait or are on their way, whenever that changes. */
  readonly onQueued?: ((spans: number) => void) | undefined;
  /** Told once for each change of state. */
  readonly onProblem: (problem: ExportProblem) => void;
}

/** How traces fare. */
export interface TracingStats extends ExportStats {
  /** Spans of traces that the head did not sample, which wait for their local root. */
  readonly held: HolderStats;
}

export interface Tracing {
  readonly tracerProvider: TracerProvider;
  stats(): TracingStats;
  /** Resolves when all spans that have ended are delivered, or at the deadline. Never rejects. */
  flush(deadlineMs: number): Promise<void>;
  /** Flushes and ends: spans that start later do not record, and what is left is counted as lost. Never rejects. */
  shutdown(deadlineMs: number): Promise<void>;
  /**
   * Ends the active span and the local root above it with this error, for a process that dies of it.
   *
   * @param error what was thrown
   */
  recordCrash(error: unknown): void;
  /** Counts spans that a thread has not sent before it was terminated. */
  countLost(spans: number): void;
  /** Takes out all that waits, for `sendSync`; nothing is sent afterwards. */
  drain(): readonly SyncPost[];
  /** Sends what waits while no event loop turns any more: in an `exit` handler. Blocks up to the deadline. Never throws. */
  flushSync(deadlineMs: number): void;
}

/** Tracers by name and version that are remembered; others are made each time. */
const MAX_TRACERS = 1_000;

/**
 * Tracing that follows the API of OpenTelemetry and is lean where there is a span for every request: what the SDK
 * builds for each span is built here only for who asks for it, and a span becomes OTLP bytes when it ends.
 *
 * @throws {TypeError} when the URL of the target is none
 */
export function createTracing(options: TracingOptions): Tracing {
  const { resource, redactor, target, serverSpan = httpServerSpan, onProblem } = options;
  const limits: SpanLimits = { ...defaultSpanLimits, ...options.limits };
  const bias: BiasSettings = { ...defaultBias, ...options.bias };
  const clock = createSpanClock();
  const censor = createAttributeCensor(redactor);
  const shownResource = censoredResource(resource, censor);
  const view = (span: RecordingSpan): ExportedSpan => new ExportedSpan(span, censor, shownResource);

  const processors = createSpanProcessors(options.spanProcessors ?? [], (name, error) => {
    const reason = redactor.text(thrownText(error)).slice(0, 300);
    report({
      code: 'SIGHTLINE_SPAN_PROCESSOR',
      message: `A span processor of ${name} threw and is left out from now on: ${reason}.`,
      recovered: false,
    });
  });
  const report = (problem: ExportProblem): void => {
    try {
      onProblem(problem);
    } catch {
      // A reporter that throws must not stop spans.
    }
  };

  const batch: BatchSettings = { ...defaultBatchSettings, ...options.batch };
  const out =
    target === undefined
      ? undefined
      : createSpanExport({
          target,
          batch,
          censor,
          redactor,
          serverSpan,
          resource: shownResource,
          view,
          grpcExporter: options.grpcExporter ?? loadGrpcExporter,
          onProblem: report,
          onQueued: options.onQueued,
        });
  const holder = createTraceHolder({ ...holderLimits, ...options.held }, clock.nowMs);
  const pipeline = createSpanPipeline({
    queue: out?.queue,
    processors,
    holder,
    bias,
    serverSpan,
    redactor,
    view,
  });

  const hasTakers = out !== undefined || !processors.isEmpty;
  let active = hasTakers;
  const setup = {
    ids: createIdSource(),
    sampler: createSampler(options.sampler),
    // Who switches traces off does not want those of errors either.
    recordsUnsampled: (bias.errors || bias.slow) && options.sampler.name !== 'always_off',
    processors,
    isActive: () => active,
  };

  const tracers = new Map<string, Tracer>();
  const makeTracer = (scope: InstrumentationScope): Tracer => {
    const origin: SpanOrigin = { scope, resource: shownResource, limits, clock, ...pipeline };
    return createTracer({ ...setup, origin });
  };
  const tracerProvider: TracerProvider = {
    getTracer(name, version, tracerOptions) {
      const key = JSON.stringify([name, version, tracerOptions?.schemaUrl]);
      const known = tracers.get(key);
      if (known !== undefined) return known;
      const tracer = makeTracer({
        // Whoever calls from JavaScript may leave the name out.
        name: censor.text(name ?? ''),
        ...(version === undefined ? {} : { version: censor.text(version) }),
        ...(tracerOptions?.schemaUrl === undefined
          ? {}
          : { schemaUrl: censor.text(tracerOptions.schemaUrl) }),
      });
      if (tracers.size < MAX_TRACERS) tracers.set(key, tracer);
      return tracer;
    },
  };

  const tracing: Tracing = {
    tracerProvider,
    stats() {
      const held = holder.stats();
      const sent = out?.stats() ?? noExports;
      const notHeld = held.refused.full + held.refused.expired;
      return { ...sent, dropped: { ...sent.dropped, not_held: notHeld }, held };
    },
    async flush(deadlineMs) {
      await Promise.all([out?.flush(deadlineMs), within(processors.forceFlush(), deadlineMs)]);
    },
    async shutdown(deadlineMs) {
      active = false;
      await Promise.all([out?.shutdown(deadlineMs), within(processors.shutdown(), deadlineMs)]);
    },
    recordCrash(error) {
      try {
        const span = trace.getActiveSpan();
        if (!(span instanceof RecordingSpan)) return;
        const root = span.localRoot;
        endInError(span, error);
        if (root !== span && !root.ended) endInError(root, error);
      } catch {
        // The process dies of something else.
      }
    },
    countLost(spans) {
      out?.countLost(spans);
    },
    drain: () => out?.drain() ?? [],
    flushSync(deadlineMs) {
      sendSync(tracing.drain(), deadlineMs);
    },
  };
  return tracing;
}

function endInError(span: RecordingSpan, error: unknown): void {
  span.recordException(error as Error);
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

const noExports: ExportStats = {
  queued: 0,
  exported: 0,
  dropped: { full: 0, rejected: 0, deadline: 0, failed: 0, not_held: 0 },
  failures: { unreachable: 0, timeout: 0, rejected: 0, rate_limited: 0, unauthorized: 0, other: 0 },
  lastSuccessTimeMs: undefined,
  lastError: undefined,
};

/** Waits for a promise that never rejects, at most until the deadline; the wait holds the process. */
async function within(work: Promise<void>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
