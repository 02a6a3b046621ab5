import { parseOptions } from '@sightline/errors';
import { z } from 'zod';
import { type LabelMatcher, type Labels, ownLabel } from '../labels.ts';
import { detectLevel } from './ingest/detect-level.ts';
import { serviceName } from './ingest/service-name.ts';
import { type BlockCodec, noCodec } from '../packed/block-codec.ts';
import { createUnpackedCache } from '../packed/unpacked-cache.ts';
import { type EntryPacking, type MemoryStream, createMemoryStream } from './memory-stream.ts';
import type { LogEntry, LogIndex, LogSelection, LogStream } from './log-source.ts';
import { type PackedEntries, packEntries, unpackEntries } from './pack-entries.ts';
import { labelsFromPairs, labelsKey } from './pipeline/stream-labels.ts';
import { matcherTest } from './syntax/parse-matchers.ts';

export const memoryLogsOptionsSchema = z.strictObject({
  /** Lines that are kept, of all streams; then the oldest go. */
  maxEntries: z.int().min(1).default(1_000_000),
  /** Bytes that lines and metadata take, packed or not [bytes, about]; then the oldest go. */
  maxBytes: z.int().min(1).default(268_435_456),
  /** Streams; lines of one more are refused and counted. */
  maxStreams: z.int().min(1).default(10_000),
  /** Longest line [UTF-16 units]; the rest is cut off. */
  maxLineLength: z.int().min(1).default(262_144),
  /** Whether a line's level is detected and kept as metadata `detected_level`, as Loki does. */
  detectLevels: z.boolean().default(true),
  /** Whether a stream without a label `service_name` gets one from its other labels, as Loki does. */
  discoverServiceName: z.boolean().default(true),
});

/** What a caller writes. */
export type MemoryLogsOptions = z.input<typeof memoryLogsOptionsSchema>;
type ResolvedOptions = Readonly<z.output<typeof memoryLogsOptionsSchema>>;

/** A line to push; without metadata that is the empty object. */
export type PushedEntry = Omit<LogEntry, 'metadata'> & { readonly metadata?: Labels };

export interface MemoryLogsCounts {
  readonly streams: number;
  readonly entries: number;
  readonly bytes: number;
  /** Lines so far that were longer than `maxLineLength`, of which the rest was cut off. */
  readonly cut: number;
  /** Lines that were dropped, by reason: `evicted` to make room, `refused` for one stream too many. */
  readonly dropped: { readonly evicted: number; readonly refused: number };
}

/** Log lines in memory, within bounds. */
export interface MemoryLogs extends LogIndex {
  /** Takes lines of one stream, in any order. A line that is there with the same time and metadata is not kept twice. */
  push(labels: Labels, entries: Iterable<PushedEntry>): void;
  /** Drops what is older [ns]. */
  dropBefore(timeNs: bigint): void;
  counts(): MemoryLogsCounts;
}

const none: Labels = Object.freeze({});

/** Metadata without a value is none, as in Loki. */
function withoutEmpty(metadata: Labels): Labels {
  if (!Object.values(metadata).includes('')) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== ''));
}

/** Lines of a block, and what they take before they are packed [bytes]: what is unpacked to read one of them. */
const blockLines = 1024;
const blockBytes = 524_288;
/** Blocks that stay unpacked for who asks again. */
const maxCachedBlocks = 8;
/** Unpacked lines of all streams at which those of streams with at least `minPackedLines` of them are packed. */
const maxUnpackedLines = 16_384;
const minPackedLines = 64;
/** Share of the bounds that is made free at once: which lines are the oldest takes a look at every stream. */
const evictedRatio = 1 / 1024;

/**
 * Creates a store of log lines that a query can read.
 *
 * @param codec makes blocks of lines smaller; without one they are packed and not compressed
 */
export function createMemoryLogs(input: MemoryLogsOptions = {}, codec: BlockCodec = noCodec): MemoryLogs {
  const options: ResolvedOptions = parseOptions('createMemoryLogs', memoryLogsOptionsSchema, input);
  const streams = new Map<string, MemoryStream>();
  const cache = createUnpackedCache(maxCachedBlocks, (packed: PackedEntries) => unpackEntries(packed, codec));
  const packing: EntryPacking = {
    blockLines,
    blockBytes,
    pack: (entries) => packEntries(entries, codec),
    unpack: (packed) => cache.get(packed),
  };
  let unpacked = 0;
  let sweepAt = maxUnpackedLines;
  const total = { entries: 0, bytes: 0 };
  const dropped = { evicted: 0, refused: 0 };
  let cut = 0;

  function streamOf(labels: Labels): readonly [key: string, stream: MemoryStream] | undefined {
    const pairs = Object.entries(labels).filter(([, value]) => value !== '');
    if (options.discoverServiceName && labels['service_name'] === undefined)
      pairs.push(['service_name', serviceName(labels)]);
    const key = labelsKey(pairs);
    const known = streams.get(key);
    if (known !== undefined) return [key, known];
    return streams.size >= options.maxStreams
      ? undefined
      : [key, createMemoryStream(labelsFromPairs(pairs), packing)];
  }

  function prepared({ timeNs, line, metadata: given = none }: PushedEntry, labels: Labels): LogEntry {
    if (line.length > options.maxLineLength) cut += 1;
    const text = line.slice(0, options.maxLineLength).toWellFormed();
    const metadata = withoutEmpty(given);
    return {
      timeNs,
      line: text,
      metadata: options.detectLevels ? detectLevel(text, labels, metadata) : metadata,
    };
  }

  /** Changes a stream, and the totals with it. */
  function change(stream: MemoryStream, by: (stream: MemoryStream) => void): void {
    const before = { size: stream.size(), bytes: stream.bytes(), unpacked: stream.unpacked() };
    by(stream);
    total.entries += stream.size() - before.size;
    total.bytes += stream.bytes() - before.bytes;
    unpacked += stream.unpacked() - before.unpacked;
  }

  /** Packs what lies unpacked in many streams that are each too short for a block. */
  function sweep(): void {
    if (unpacked < sweepAt) return;
    for (const stream of streams.values())
      if (stream.unpacked() >= minPackedLines) change(stream, () => stream.pack('all'));
    // Where each has few lines there is nothing to pack: not to look again at every push.
    sweepAt = Math.max(maxUnpackedLines, 2 * unpacked);
  }

  /** Of streams, of which each has a line at least. */
  function oldestFirst(): readonly (readonly [oldestNs: bigint, key: string, stream: MemoryStream])[] {
    const aged = Array.from(streams, ([key, stream]) => [stream.oldestNs()!, key, stream] as const);
    return aged.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  }

  function isOver(spare: number): boolean {
    return (
      total.entries > options.maxEntries - Math.floor(options.maxEntries * spare) ||
      total.bytes > options.maxBytes - Math.floor(options.maxBytes * spare)
    );
  }

  /** Drops lines of each stream until the next one has older ones, and a few more than it has to. */
  function evict(): void {
    if (!isOver(0)) return;
    while (isOver(evictedRatio)) {
      const aged = oldestFirst();
      for (let at = 0; at < aged.length && isOver(evictedRatio); at += 1) {
        const [oldestNs, key, stream] = aged[at]!;
        const untilNs = aged[at + 1]?.[0] ?? oldestNs;
        do {
          const before = stream.size();
          change(stream, () => stream.dropOldest(Math.max(1, Math.ceil(before / 64))));
          dropped.evicted += before - stream.size();
        } while (isOver(evictedRatio) && (stream.oldestNs() ?? untilNs) < untilNs);
        if (stream.size() === 0) streams.delete(key);
      }
    }
  }

  function* fitting(matchers: readonly LabelMatcher[]): Iterable<MemoryStream> {
    const tests = matchers.map((matcher) => ({ name: matcher.name, fits: matcherTest(matcher) }));
    for (const stream of streams.values()) {
      if (tests.every(({ name, fits }) => fits(ownLabel(stream.labels, name)))) yield stream;
    }
  }

  return {
    push(labels, entries) {
      const found = streamOf(labels);
      if (found === undefined) {
        for (const _ of entries) dropped.refused += 1;
        return;
      }
      const [key, stream] = found;
      change(stream, () => {
        for (const entry of entries) stream.add(prepared(entry, stream.labels));
        stream.pack('full');
      });
      // A stream is one with its first line.
      if (stream.size() === 0) return;
      streams.set(key, stream);
      sweep();
      evict();
    },
    dropBefore(timeNs) {
      for (const [key, stream] of streams) {
        change(stream, () => stream.dropBefore(timeNs));
        if (stream.size() === 0) streams.delete(key);
      }
      cache.clear();
    },
    counts: () => ({ streams: streams.size, ...total, cut, dropped: { ...dropped } }),
    *select({ matchers, fromNs, toNs, direction }: LogSelection): Iterable<LogStream> {
      for (const stream of fitting(matchers)) {
        const extent = stream.has(fromNs, toNs) ? stream.extent(fromNs, toNs) : undefined;
        if (extent === undefined) continue;
        const { firstNs, lastNs } = extent;
        yield {
          labels: stream.labels,
          // What comes outside of it while the query runs is not read: it would be out of order.
          batches: stream.read(firstNs, lastNs + 1n, direction),
          boundNs: direction === 'forward' ? firstNs : lastNs,
          counter: (names) => stream.counter(fromNs, toNs, names),
        };
      }
    },
    *series(matchers, fromNs, toNs) {
      for (const stream of fitting(matchers)) if (stream.has(fromNs, toNs)) yield stream.labels;
    },
  };
}
