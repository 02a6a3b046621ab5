import type { RecordingSpan } from './recording-span.ts';

/** What this process has of one trace that the head did not sample, below one local root. */
export interface LocalTrace {
  /** `open` until the local root ends; `evicted` when it took too long for its spans to be held. */
  verdict: 'open' | 'evicted' | 'kept' | 'dropped';
  /** Ended spans that wait for the verdict. */
  held: RecordingSpan[];
  /** When the first of them was held [ms since 1970]. */
  sinceMs: number;
  /** Characters that they hold, roughly. */
  size: number;
}

/** How much may be held. */
export interface HolderLimits {
  readonly maxTraces: number;
  readonly maxSpansPerTrace: number;
  /** Of all traces together. */
  readonly maxSpans: number;
  /** Characters of names and attributes of all traces together [UTF-16 code units]. */
  readonly maxSize: number;
  /** A trace whose root has not ended after this time is given up on [ms]. */
  readonly maxAgeMs: number;
}

export const holderLimits: HolderLimits = {
  maxTraces: 1_000,
  maxSpansPerTrace: 200,
  maxSpans: 5_000,
  maxSize: 8_000_000,
  maxAgeMs: 120_000,
};

/** Holds the ended spans of traces that the head did not sample until their local root says whether they are kept. */
export interface TraceHolder {
  /** Takes a span of an open trace, or refuses and counts it. */
  hold(trace: LocalTrace, span: RecordingSpan): void;
  /** Takes the held spans out: to be exported when they are kept, else forgotten. */
  decide(trace: LocalTrace, kept: boolean): readonly RecordingSpan[];
  stats(): HolderStats;
}

export interface HolderStats {
  readonly traces: number;
  readonly spans: number;
  /** Spans that could not be held, by which bound, since the start. They are lost only to traces that were kept. */
  readonly refused: { readonly full: number; readonly expired: number };
}

const NONE: readonly RecordingSpan[] = [];

/** What is left of a trace at its local root: spans that start below it later go by it, and are not held. Never written to. */
export const KEPT: LocalTrace = { verdict: 'kept', held: [], sinceMs: 0, size: 0 };
export const DROPPED: LocalTrace = { verdict: 'dropped', held: [], sinceMs: 0, size: 0 };

export function openTrace(): LocalTrace {
  return { verdict: 'open', held: [], sinceMs: 0, size: 0 };
}

/** @param now ms since 1970 */
export function createTraceHolder(limits: HolderLimits, now: () => number): TraceHolder {
  /** Oldest first. */
  const open = new Set<LocalTrace>();
  let spans = 0;
  let size = 0;
  let full = 0;
  let expired = 0;

  const release = (trace: LocalTrace): readonly RecordingSpan[] => {
    const { held } = trace;
    if (held.length === 0) return NONE;
    open.delete(trace);
    spans -= held.length;
    size -= trace.size;
    trace.held = [];
    trace.size = 0;
    return held;
  };

  /** Traces enter at their first span, so the oldest stands first. */
  const evictOld = (nowMs: number): void => {
    for (const trace of open) {
      if (nowMs - trace.sinceMs < limits.maxAgeMs) return;
      trace.verdict = 'evicted';
      expired += release(trace).length;
    }
  };

  return {
    hold(trace, span) {
      const nowMs = now();
      evictOld(nowMs);
      if (trace.verdict === 'evicted') {
        expired += 1;
        return;
      }
      const spanSize = span.approximateSize();
      const isNew = trace.held.length === 0;
      if (
        spans >= limits.maxSpans ||
        size + spanSize > limits.maxSize ||
        trace.held.length >= limits.maxSpansPerTrace ||
        (isNew && open.size >= limits.maxTraces)
      ) {
        full += 1;
        return;
      }
      if (isNew) {
        trace.sinceMs = nowMs;
        open.add(trace);
      }
      trace.held.push(span);
      trace.size += spanSize;
      size += spanSize;
      spans += 1;
    },
    decide(trace, kept) {
      trace.verdict = kept ? 'kept' : 'dropped';
      return release(trace);
    },
    stats: () => ({ traces: open.size, spans, refused: { full, expired } }),
  };
}
