import { SpanStatusCode } from '@opentelemetry/api';
import type { AttributeName } from '@sightline/conventions';
import type { Redactor } from '@sightline/redact';
import type { RecordingSpan, SpanOrigin } from './recording-span.ts';
import type { EndedRequest, ServerSpanFacts } from './server-span-facts.ts';
import type { SpanProcessors } from './span-processors.ts';
import type { SpanQueue } from './span-queue.ts';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { DROPPED, KEPT, openTrace } from './trace-holder.ts';
import type { LocalTrace, TraceHolder } from './trace-holder.ts';

/** Which traces are kept although the head did not sample them. */
export interface BiasSettings {
  /** Those whose local root ends in an error; default true. */
  readonly errors: boolean;
  /** Those whose local root is slow; default true. */
  readonly slow: boolean;
  /** When a local root that is no HTTP request is slow [ms]; default 1000. Requests have a threshold of their route. */
  readonly slowMs: number;
}

export const defaultBias: BiasSettings = { errors: true, slow: true, slowMs: 1_000 };

export interface SpanPipelineOptions {
  /** Undefined when spans are not sent anywhere. */
  readonly queue: SpanQueue | undefined;
  readonly processors: SpanProcessors;
  readonly holder: TraceHolder;
  readonly bias: BiasSettings;
  readonly serverSpan: ServerSpanFacts;
  readonly redactor: Redactor;
  /** An ended span as processors see it. */
  readonly view: (span: RecordingSpan) => ReadableSpan;
}

/** What happens to spans when they end. */
export type SpanPipeline = Pick<SpanOrigin, 'ended' | 'endRequest' | 'ending'>;

/**
 * A span that the head sampled is exported when it ends. Of the others, those below one local root wait for it, and
 * are exported with it when it ended in an error or was slow. The root of a request knows more than a span does: its
 * record.
 *
 * Only what this process has of such a trace is kept: other services keep their parts where they saw the error or
 * the slowness themselves, because the decision is made after they were called.
 */
export function createSpanPipeline(options: SpanPipelineOptions): SpanPipeline {
  const { queue, processors, holder, bias, serverSpan, redactor, view } = options;

  /** Processors hear of a trace that the head did not sample only now. They may still write to its spans. */
  const tellLate = (span: RecordingSpan): void => {
    const { startContext } = span;
    if (startContext === undefined) return;
    span.ended = false;
    processors.onStart(span, startContext);
    processors.onEnding(span);
    span.ended = true;
    span.startContext = undefined;
  };

  const exportSpan = (span: RecordingSpan): void => {
    if (!processors.isEmpty) {
      tellLate(span);
      processors.onEnd(view(span));
    }
    queue?.add(span);
  };

  const exportRequest = (span: RecordingSpan, record: EndedRequest): void => {
    if (queue?.takesRecords === true && processors.isEmpty) {
      queue.addRequest(span, record);
      return;
    }
    span.ended = false;
    writeRecord(span, record);
    if (span.isSampled) processors.onEnding(span);
    span.ended = true;
    exportSpan(span);
  };

  const writeRecord = (span: RecordingSpan, record: EndedRequest): void => {
    span.updateName(serverSpan.name(record.kind));
    for (const [key, value] of serverSpan.statics(record.kind)) span.setAttribute(key, value);
    serverSpan.dynamics(record, redactor, (key, value) => {
      span.setAttribute(key, value);
    });
  };

  /** One below another span of this process, whose end says whether it is kept: what the record knows is with it by then. */
  const holdRequest = (span: RecordingSpan, trace: LocalTrace, record: EndedRequest): void => {
    if (serverSpan.isError(record.kind)) writeException(span, record);
    writeRecord(span, record);
    span.ended = true;
    holder.hold(trace, span);
  };

  /** The local root has ended, or has seen enough before its end. */
  const decide = (span: RecordingSpan, kept: boolean): void => {
    const trace = span.localTrace;
    if (trace === undefined || trace === KEPT || trace === DROPPED) {
      // Nothing is held; what starts below it from now on finds the verdict.
      span.localTrace = kept ? KEPT : DROPPED;
      return;
    }
    const held = holder.decide(trace, kept);
    if (kept) for (const each of held) exportSpan(each);
  };

  const isBad = (span: RecordingSpan): boolean =>
    (bias.errors && (span.statusCode === SpanStatusCode.ERROR || span.hasException)) ||
    (bias.slow && span.endMs - span.startMs >= bias.slowMs);

  const writeException = (span: RecordingSpan, record: EndedRequest): void => {
    const exception = serverSpan.exception(record, redactor);
    if (exception === undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      return;
    }
    span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
    if (span.hasException) return;
    const attributes = {
      'exception.type': exception.type,
      'exception.message': exception.message,
      'exception.stacktrace': exception.stack,
    } satisfies Partial<Record<AttributeName, string>>;
    span.addEvent('exception', attributes, span.endMs);
  };

  return {
    ending: processors.isEmpty
      ? undefined
      : (span) => {
          if (span.isSampled) processors.onEnding(span);
        },

    ended(span) {
      if (span.isSampled) {
        exportSpan(span);
        return;
      }
      if (span.isLocalRoot) {
        // Or by a request below it that failed.
        const kept = span.localTrace?.verdict === 'kept' || isBad(span);
        decide(span, kept);
        if (kept) exportSpan(span);
        return;
      }
      const trace = (span.localTrace ??= openTrace());
      if (trace.verdict === 'kept') exportSpan(span);
      else if (trace.verdict !== 'dropped') holder.hold(trace, span);
    },

    endRequest(span, record) {
      if (span.ended) return span.isSampled || span.localTrace?.verdict === 'kept';
      const endMs = span.startMs + record.durationSeconds * 1_000;
      span.endMs = endMs < span.startMs ? span.startMs : endMs;
      const isError = serverSpan.isError(record.kind);
      const isKept =
        span.isSampled ||
        span.localTrace?.verdict === 'kept' ||
        (bias.errors && (isError || span.statusCode === SpanStatusCode.ERROR || span.hasException)) ||
        (bias.slow && record.slow);
      if (isKept && isError) writeException(span, record);
      const { localTrace } = span;
      if (!isKept && !span.isLocalRoot && localTrace !== undefined && localTrace.verdict !== 'dropped') {
        holdRequest(span, localTrace, record);
        return false;
      }
      span.ended = true;
      if (!span.isSampled && (isKept || span.isLocalRoot)) decide(span, isKept);
      if (isKept) exportRequest(span, record);
      return isKept;
    },
  };
}
