import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { RecordingSpan } from './recording-span.ts';

/** A processor of the SDK and who brought it. */
export interface NamedSpanProcessor {
  /** The plug-in's name, for problems. */
  readonly name: string;
  readonly processor: SpanProcessor;
}

/** Calls the SDK's processors; one that throws is left out from then on. */
export interface SpanProcessors {
  readonly isEmpty: boolean;
  onStart(span: RecordingSpan, context: Context): void;
  onEnding(span: RecordingSpan): void;
  onEnd(span: ReadableSpan): void;
  /** Never rejects. */
  forceFlush(): Promise<void>;
  /** Never rejects. */
  shutdown(): Promise<void>;
}

/** @param onFailure told once for each processor */
export function createSpanProcessors(
  processors: readonly NamedSpanProcessor[],
  onFailure: (name: string, error: unknown) => void,
): SpanProcessors {
  let active = [...processors];

  const call = (use: (processor: SpanProcessor) => void): void => {
    for (const each of active) {
      try {
        use(each.processor);
      } catch (error) {
        active = active.filter((other) => other !== each);
        made.isEmpty = active.length === 0;
        onFailure(each.name, error);
      }
    }
  };

  const callAll = async (use: (processor: SpanProcessor) => Promise<void>): Promise<void> => {
    await Promise.allSettled(active.map(async ({ processor }) => use(processor)));
  };

  // A property rather than a getter: it is read several times for each span.
  const made = {
    isEmpty: active.length === 0,
    onStart: (span, context) => call((processor) => processor.onStart(asSdkSpan(span), context)),
    onEnding: (span) => call((processor) => processor.onEnding?.(asSdkSpan(span))),
    onEnd: (span) => call((processor) => processor.onEnd(span)),
    forceFlush: () => callAll((processor) => processor.forceFlush()),
    shutdown: () => callAll((processor) => processor.shutdown()),
  } satisfies SpanProcessors;
  return made;
}

/** It differs in its type alone: the key of the parent is there also when it is undefined, as it is in the SDK. */
function asSdkSpan(span: RecordingSpan): Span {
  return span as unknown as Span;
}
