import type { InstrumentationScope, Resource, Span, Trace } from '../model.ts';
import type { TimeRangeNs, TraceSource } from '../source.ts';
import { createInterner } from './intern.ts';
import { spanBytes } from './span-bytes.ts';

/** How much is kept. What is over a bound pushes out the traces that nothing came to for longest. */
export interface MemoryTracesOptions {
  /** Default 100,000. */
  readonly maxTraces?: number;
  /** Default 1,000,000. */
  readonly maxSpans?: number;
  /** Bytes by estimate. Default 512 MiB. */
  readonly maxBytes?: number;
  /** Most spans of one trace; further ones are counted and dropped. Default 50,000. */
  readonly maxSpansPerTrace?: number;
}

/** What is kept, and what was lost. */
export interface MemoryTracesStats {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  /** Spans that were pushed out since the start, whole traces at a time. */
  readonly evictedSpans: number;
  /** Spans that did not fit into their trace, or alone not at all. */
  readonly droppedSpans: number;
}

/** Traces in memory. */
export interface MemoryTraces extends TraceSource {
  /** Adds spans, of any traces and in any order. */
  add(spans: Iterable<Span>): void;
  /** A trace by its id of 32 hexadecimal digits, zeros in front or not. */
  trace(traceId: string): Trace | undefined;
  /** Forgets traces whose last span ended before this time, since 1970 [ns]. */
  dropBefore(timeNs: bigint): void;
  stats(): MemoryTracesStats;
}

interface StoredTrace {
  readonly traceId: string;
  readonly spans: Span[];
  startNs: bigint;
  endNs: bigint;
  bytes: number;
  /** What readers were given; made anew once spans came. */
  snapshot: Trace | undefined;
}

const defaults = {
  maxTraces: 100_000,
  maxSpans: 1_000_000,
  maxBytes: 536_870_912,
  maxSpansPerTrace: 50_000,
} as const;

export function createMemoryTraces(options: MemoryTracesOptions = {}): MemoryTraces {
  const limits = { ...defaults, ...options };
  /** In the order in which something came last. */
  const traces = new Map<string, StoredTrace>();
  const resources = createInterner<Resource>(({ attributes }) => attributes);
  const scopes = createInterner<InstrumentationScope>(({ name, version, attributes }) => [
    name,
    version,
    attributes,
  ]);
  let spans = 0;
  let bytes = 0;
  let evictedSpans = 0;
  let droppedSpans = 0;

  function addSpan(given: Span): void {
    const span: Span = { ...given, resource: resources(given.resource), scope: scopes(given.scope) };
    const sizeBytes = spanBytes(span);
    const known = traces.get(span.traceId);
    const full = known !== undefined && known.spans.length >= limits.maxSpansPerTrace;
    if (full || sizeBytes > limits.maxBytes || limits.maxSpans < 1 || limits.maxTraces < 1) {
      droppedSpans += 1;
      return;
    }
    const endNs = span.startNs + span.durationNs;
    const stored = known ?? {
      traceId: span.traceId,
      spans: [],
      startNs: span.startNs,
      endNs,
      bytes: 0,
      snapshot: undefined,
    };
    stored.spans.push(span);
    stored.snapshot = undefined;
    stored.bytes += sizeBytes;
    if (span.startNs < stored.startNs) stored.startNs = span.startNs;
    if (endNs > stored.endNs) stored.endNs = endNs;
    traces.delete(span.traceId);
    traces.set(span.traceId, stored);
    spans += 1;
    bytes += sizeBytes;
    evict();
  }

  function evict(): void {
    while (traces.size > limits.maxTraces || spans > limits.maxSpans || bytes > limits.maxBytes) {
      const [oldest] = traces.values();
      if (oldest === undefined) return;
      evictedSpans += oldest.spans.length;
      forget(oldest);
    }
  }

  function forget(stored: StoredTrace): void {
    traces.delete(stored.traceId);
    spans -= stored.spans.length;
    bytes -= stored.bytes;
  }

  return {
    add(given) {
      for (const span of given) addSpan(span);
    },
    trace(traceId) {
      const stored = traces.get(traceId.toLowerCase().padStart(32, '0'));
      return stored === undefined ? undefined : snapshotOf(stored);
    },
    *traces({ fromNs, toNs }: TimeRangeNs, signal: AbortSignal) {
      const within = [...traces.values()].filter(({ startNs, endNs }) => startNs <= toNs && endNs >= fromNs);
      within.sort((a, b) => (a.startNs === b.startNs ? 0 : a.startNs > b.startNs ? -1 : 1));
      for (const stored of within) {
        if (signal.aborted) return;
        yield snapshotOf(stored);
      }
    },
    dropBefore(timeNs) {
      for (const stored of traces.values()) if (stored.endNs < timeNs) forget(stored);
    },
    stats: () => ({ traces: traces.size, spans, bytes, evictedSpans, droppedSpans }),
  };
}

/** A trace as readers get it: what comes later makes another one. */
function snapshotOf(stored: StoredTrace): Trace {
  stored.snapshot ??= { traceId: stored.traceId, spans: [...stored.spans] };
  return stored.snapshot;
}
