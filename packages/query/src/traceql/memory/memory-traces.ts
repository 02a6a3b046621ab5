import type { InstrumentationScope, Resource, Span, Trace } from '../model.ts';
import type { SpanNeed, TimeRangeNs, TraceSource } from '../source.ts';
import { nextTurn } from '../../next-turn.ts';
import { type BlockCodec, noCodec } from '../../packed/block-codec.ts';
import { createInterner } from './intern.ts';
import { type StoredPart, createSpanBlocks } from './span-blocks.ts';
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
  /** Spans of all traces that wait unpacked for more of their trace. Default 2,000. */
  readonly maxUnpackedSpans?: number;
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
  /** A trace by its id of 32 hexadecimal digits, zeros in front or not; a long one is unpacked in turns of the event loop. */
  trace(traceId: string, signal?: AbortSignal): Promise<Trace | undefined>;
  /** Forgets traces whose last span ended before this time, since 1970 [ns]. */
  dropBefore(timeNs: bigint): void;
  stats(): MemoryTracesStats;
}

interface StoredTrace {
  readonly traceId: string;
  /** What is packed of it, in the order in which it came. */
  readonly parts: StoredPart[];
  /** What came since. */
  unpacked: Span[];
  unpackedBytes: number;
  size: number;
  startNs: bigint;
  endNs: bigint;
}

const defaults = {
  maxTraces: 100_000,
  maxSpans: 1_000_000,
  maxBytes: 536_870_912,
  maxSpansPerTrace: 50_000,
  maxUnpackedSpans: 2_000,
} as const;

/** What a trace takes besides its spans, about [bytes]. */
const traceBytes = 400;

/** Time that unpacking a trace takes from everybody else before it lets them work [ms]. */
const sliceMs = 10;

/** @param codec makes blocks of spans smaller; without one they are packed and not compressed */
export function createMemoryTraces(
  options: MemoryTracesOptions = {},
  codec: BlockCodec = noCodec,
): MemoryTraces {
  const limits = { ...defaults, ...options };
  /** In the order in which something came last. */
  const traces = new Map<string, StoredTrace>();
  /** Those of them that have unpacked spans, in the same order. */
  const waiting = new Set<StoredTrace>();
  const blocks = createSpanBlocks(codec);
  const resources = createInterner<Resource>(({ attributes }) => attributes);
  const scopes = createInterner<InstrumentationScope>(({ name, version, attributes }) => [
    name,
    version,
    attributes,
  ]);
  /** What readers were given of spans that lie in one place, so that what is computed of a trace is found again. */
  const snapshots = new WeakMap<readonly Span[], Trace>();
  let spans = 0;
  let unpackedSpans = 0;
  let unpackedBytes = 0;
  let evictedSpans = 0;
  let droppedSpans = 0;

  const bytes = (): number => blocks.bytes() + unpackedBytes;

  function addSpan(given: Span): void {
    const span: Span = { ...given, resource: resources(given.resource), scope: scopes(given.scope) };
    const known = traces.get(span.traceId);
    const sizeBytes = spanBytes(span) + (known === undefined ? traceBytes : 0);
    const full = known !== undefined && known.size >= limits.maxSpansPerTrace;
    if (full || sizeBytes > limits.maxBytes || limits.maxSpans < 1 || limits.maxTraces < 1) {
      droppedSpans += 1;
      return;
    }
    const endNs = span.startNs + span.durationNs;
    const stored = known ?? {
      traceId: span.traceId,
      parts: [],
      unpacked: [],
      unpackedBytes: 0,
      size: 0,
      startNs: span.startNs,
      endNs,
    };
    stored.unpacked.push(span);
    stored.unpackedBytes += sizeBytes;
    stored.size += 1;
    if (span.startNs < stored.startNs) stored.startNs = span.startNs;
    if (endNs > stored.endNs) stored.endNs = endNs;
    traces.delete(span.traceId);
    traces.set(span.traceId, stored);
    waiting.delete(stored);
    waiting.add(stored);
    spans += 1;
    unpackedSpans += 1;
    unpackedBytes += sizeBytes;
    if (unpackedSpans > limits.maxUnpackedSpans) packHalf();
    evict();
  }

  /** Packs the traces that nothing came to for longest, until half of what may wait is left. */
  function packHalf(): void {
    while (unpackedSpans > limits.maxUnpackedSpans / 2) {
      const together: StoredTrace[] = [];
      let count = 0;
      for (const stored of waiting) {
        if (count >= blocks.maxSpans) break;
        together.push(stored);
        count += stored.unpacked.length;
      }
      const parts = blocks.pack(together.map((stored) => stored.unpacked));
      together.forEach((stored, at) => {
        stored.parts.push(parts[at]!);
        waiting.delete(stored);
        unpackedSpans -= stored.unpacked.length;
        // What a trace takes itself stays counted with the unpacked.
        unpackedBytes -= stored.unpackedBytes - traceBytes;
        stored.unpacked = [];
        stored.unpackedBytes = traceBytes;
      });
    }
  }

  function evict(): void {
    for (const oldest of traces.values()) {
      if (traces.size <= limits.maxTraces && spans <= limits.maxSpans && bytes() <= limits.maxBytes) return;
      evictedSpans += oldest.size;
      forget(oldest);
    }
  }

  function forget(stored: StoredTrace): void {
    traces.delete(stored.traceId);
    waiting.delete(stored);
    spans -= stored.size;
    unpackedSpans -= stored.unpacked.length;
    unpackedBytes -= stored.unpackedBytes;
    for (const part of stored.parts) blocks.forget(part);
  }

  const isOfOnePiece = ({ parts, unpacked }: StoredTrace): boolean =>
    parts.length + (unpacked.length > 0 ? 1 : 0) < 2;

  /** A trace of several pieces as readers get it: what comes while they are unpacked is not in it. */
  async function joined(stored: StoredTrace, signal: AbortSignal | undefined): Promise<Trace | undefined> {
    const { traceId } = stored;
    const [parts, unpacked] = [[...stored.parts], [...stored.unpacked]];
    const all: Span[] = [];
    let sliceStartMs = performance.now();
    for (const part of parts) {
      for (const span of blocks.read(part)) all.push(span);
      if (performance.now() - sliceStartMs < sliceMs) continue;
      // oxlint-disable-next-line no-await-in-loop -- one piece after the other
      await nextTurn();
      if (signal?.aborted === true) return undefined;
      sliceStartMs = performance.now();
    }
    for (const span of unpacked) all.push(span);
    return { traceId, spans: all };
  }

  /** A trace of one piece as readers get it: what comes later makes another one. */
  function snapshotOf(stored: StoredTrace): Trace {
    const [part] = stored.parts;
    const only = part === undefined ? stored.unpacked : blocks.read(part);
    const known = snapshots.get(only);
    if (known?.spans.length === only.length) return known;
    const snapshot = { traceId: stored.traceId, spans: part === undefined ? [...only] : only };
    snapshots.set(only, snapshot);
    return snapshot;
  }

  return {
    add(given) {
      for (const span of given) addSpan(span);
    },
    async trace(traceId, signal) {
      const stored = traces.get(traceId.toLowerCase().padStart(32, '0'));
      if (stored === undefined) return undefined;
      return isOfOnePiece(stored) ? snapshotOf(stored) : joined(stored, signal);
    },
    async *traces({ fromNs, toNs }: TimeRangeNs, signal: AbortSignal, needs: readonly SpanNeed[] = []) {
      const within = [...traces.values()].filter(({ startNs, endNs }) => startNs <= toNs && endNs >= fromNs);
      within.sort((a, b) => (a.startNs === b.startNs ? 0 : a.startNs > b.startNs ? -1 : 1));
      const mayMeet = blocks.mayMeet(needs);
      for (const stored of within) {
        if (signal.aborted) return;
        // What is not packed is looked at in any case.
        if (stored.unpacked.length === 0 && needs.length > 0 && !stored.parts.some(mayMeet)) continue;
        // oxlint-disable-next-line no-await-in-loop -- one trace after the other
        const trace = isOfOnePiece(stored) ? snapshotOf(stored) : await joined(stored, signal);
        if (trace !== undefined) yield trace;
      }
    },
    dropBefore(timeNs) {
      for (const stored of traces.values()) if (stored.endNs < timeNs) forget(stored);
    },
    stats: () => ({ traces: traces.size, spans, bytes: bytes(), evictedSpans, droppedSpans }),
  };
}
