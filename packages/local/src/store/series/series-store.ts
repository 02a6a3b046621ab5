import type { LabelMatcher, Labels } from '@sightline/query';
import type { FloatHistogram, SelectRange, SeriesSamples, SeriesSource } from '@sightline/query/promql';
import { grown } from './grown.ts';
import { createHistograms } from './histograms.ts';
import { createLabelTable } from './label-table.ts';
import { withoutEmpty } from './without-empty.ts';
import { createOpenSamples } from './open-samples.ts';
import { type PackedChunks, chunksWithin, firstOf, withSamples, withoutBefore } from './packed-chunks.ts';
import { createSampleArrays, mergeHistograms } from './read-samples.ts';
import { openChunk } from './sealed-chunk.ts';

/** About what the array of the packed samples of a series takes besides them. */
const PACKED_BYTES = 200;
/** What a series comes to take besides its labels and what is packed: the samples that wait for that. */
const OPEN_BYTES = 256;
/**
 * What part of the bound series may come to take by that. Past it no other one is taken: older samples could not make room
 * for it, and to look for room with each sample takes all of the time.
 */
const SERIES_RATIO = 0.75;
/** When the bound is reached, so much of it is what is left. */
const LEFT_RATIO = 0.95;
/** Where nothing could go, as what is packed together is too young, it is tried again when there is so much more. */
const AGAIN_RATIO = 1.02;

export interface SeriesStoreOptions {
  /** Most series at one time. */
  readonly maxSeries: number;
  /** Most bytes, about, that series and samples take; past it the oldest samples go. */
  readonly maxBytes: number;
  /** Samples older than this go [ms]. */
  readonly retentionMs: number;
}

/** A series that samples can be appended to without its labels being looked up again. */
export interface SeriesRef {
  readonly labels: Labels;
  id: number;
  /** How often the number had been given to another series. */
  generation: number;
}

/** What became of a sample. */
type Appended = 'stored' | 'duplicate' | 'out of order' | 'too old';

/** A sample: a number, a native histogram, or undefined for the stale marker. */
type SampleValue = number | FloatHistogram | undefined;

export interface SeriesStore extends SeriesSource {
  /**
   * The series of these labels, made when there is none; undefined when the bound of series is reached, or labels take
   * most of that of bytes. A label with the value "" is none.
   */
  ref(labels: Labels): SeriesRef | undefined;
  append(ref: SeriesRef, timeMs: number, value: SampleValue): Appended;
  /** Labels of the series that fit every matcher of any of the lists and have samples in the range. */
  series(lists: readonly (readonly LabelMatcher[])[], range: SelectRange): Iterable<Labels>;
  labelNames(): Iterable<string>;
  labelValues(name: string): Iterable<string>;
  /** Drops what is older than allowed, and the series of which nothing is left. */
  expire(nowMs: number): void;
  stats(): SeriesStats;
}

interface SeriesStats {
  readonly series: number;
  readonly samples: number;
  readonly bytes: number;
  /** Samples that went before their time because of the bound of bytes. */
  readonly evictedSamples: number;
  /** Since 1970 [ms]; undefined without a sample. */
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
}

/** Keeps samples in memory, packed, bounded by series, bytes and age. */
export function createSeriesStore({ maxSeries, maxBytes, retentionMs }: SeriesStoreOptions): SeriesStore {
  const table = createLabelTable();
  const open = createOpenSamples();
  const histograms = createHistograms();
  const packed: PackedChunks[] = [];
  const arrays = createSampleArrays();
  /** Of each series the first and the last time [ms], and how often its number was given anew. */
  let firstMs = new Float64Array(64);
  let lastMs = new Float64Array(64);
  let generations = new Uint32Array(64);
  let packedBytes = 0;
  let samples = 0;
  let evictedSamples = 0;
  let newestMs = -Infinity;
  /** Past it room is to be made. */
  let fullBytes = maxBytes;

  const bytes = (): number => table.bytes() + open.bytes() + histograms.bytes() + packedBytes;

  function hasRoomForSeries(): boolean {
    const size = table.size();
    return size < maxSeries && table.bytes() + size * OPEN_BYTES <= maxBytes * SERIES_RATIO;
  }

  function isEmpty(id: number): boolean {
    return packed[id] === undefined && open.count(id) === 0 && histograms.of(id).length === 0;
  }

  function create(labels: Labels): number {
    const id = table.add(labels);
    if (id >= firstMs.length) {
      const length = Math.max(id + 1, Math.ceil(firstMs.length * 1.5));
      firstMs = grown(firstMs, new Float64Array(length));
      lastMs = grown(lastMs, new Float64Array(length));
      generations = grown(generations, new Uint32Array(length));
    }
    firstMs[id] = Infinity;
    lastMs[id] = -Infinity;
    packed[id] = undefined;
    return id;
  }

  function setPacked(id: number, next: PackedChunks): void {
    packedBytes += sizeOf(next) - sizeOf(packed[id]);
    packed[id] = next;
  }

  /** Drops the samples of a series before a moment, whole chunks at a time. @returns how many */
  function dropBefore(id: number, momentMs: number): number {
    if (firstMs[id]! >= momentMs) return 0;
    const left = withoutBefore(packed[id], momentMs);
    let { dropped } = left;
    if (left.packed !== packed[id]) setPacked(id, left.packed);
    dropped += histograms.dropBefore(id, momentMs);
    if (left.packed === undefined && open.count(id) > 0 && open.lastMs(id) < momentMs) {
      dropped += open.count(id);
      open.remove(id);
    }
    firstMs[id] = Math.min(
      firstOf(packed[id]) ?? open.firstMs(id) ?? Infinity,
      histograms.of(id)[0]?.timeMs ?? Infinity,
    );
    samples -= dropped;
    return dropped;
  }

  function dropAllBefore(momentMs: number): number {
    let dropped = 0;
    const gone: number[] = [];
    for (const id of table.ids()) {
      dropped += dropBefore(id, momentMs);
      if (isEmpty(id)) gone.push(id);
    }
    for (const id of gone) {
      open.remove(id);
      generations[id]! += 1;
    }
    table.remove(gone);
    return dropped;
  }

  function oldestMs(): number {
    let oldest = Infinity;
    for (const id of table.ids()) oldest = Math.min(oldest, firstMs[id]!);
    return oldest;
  }

  /** Makes room by an eighth of the time that is kept, and another one until it is enough. */
  function makeRoom(): void {
    const from = oldestMs();
    if (!Number.isFinite(from)) return;
    for (let eighths = 1; eighths <= 8 && bytes() > maxBytes * LEFT_RATIO; eighths += 1)
      evictedSamples += dropAllBefore(from + Math.max(1, ((newestMs - from) * eighths) / 8));
    fullBytes = Math.max(maxBytes, bytes() * AGAIN_RATIO);
  }

  function read(id: number, fromMs: number, toMs: number): SeriesSamples | undefined {
    const chunks = chunksWithin(packed[id], fromMs, toMs);
    const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0) + open.count(id);
    const numbers = arrays.take(count);
    let at = 0;
    for (const chunk of chunks) {
      openChunk(chunk, numbers.timesMs, numbers.values, at);
      at += chunk.count;
    }
    open.copy(id, numbers.timesMs, numbers.values, at);
    const within = numbers.within(fromMs, toMs);
    const own = histograms.of(id).filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
    if (own.length > 0) return mergeHistograms(table.labelsOf(id), within, own);
    return within.timesMs.length === 0 ? undefined : { labels: table.labelsOf(id), ...within };
  }

  /** Whether the series reaches into the range; between two samples of it counts as well. */
  function reaches(id: number, fromMs: number, toMs: number): boolean {
    return firstMs[id]! <= toMs && lastMs[id]! >= fromMs;
  }

  return {
    ref(given) {
      const labels = withoutEmpty(given);
      const known = table.find(labels);
      if (known === undefined && !hasRoomForSeries()) return undefined;
      const id = known ?? create(labels);
      return { labels, id, generation: generations[id]! };
    },
    append(ref, timeMs, value) {
      // What was forgotten as empty while its reference was kept comes back.
      const isGone = ref.generation !== generations[ref.id];
      if (!isGone && timeMs <= lastMs[ref.id]!)
        return timeMs === lastMs[ref.id] ? 'duplicate' : 'out of order';
      if (timeMs < newestMs - retentionMs) return 'too old';
      if (isGone) {
        ref.id = table.find(ref.labels) ?? create(ref.labels);
        ref.generation = generations[ref.id]!;
        if (timeMs <= lastMs[ref.id]!) return 'out of order';
      }
      const { id } = ref;
      if (typeof value === 'object') histograms.append(id, timeMs, value);
      else {
        if (open.isFull(id)) {
          setPacked(
            id,
            withSamples(packed[id], open.count(id), (...to) => open.copy(id, ...to)),
          );
          open.clear(id);
        }
        open.append(id, timeMs, value);
      }
      if (firstMs[id] === Infinity) firstMs[id] = timeMs;
      lastMs[id] = timeMs;
      samples += 1;
      if (timeMs > newestMs) newestMs = timeMs;
      if (bytes() > fullBytes) makeRoom();
      return 'stored';
    },
    *select(matchers, { fromMs, toMs }): Iterable<SeriesSamples> {
      for (const id of table.select(matchers)) {
        if (!reaches(id, fromMs, toMs)) continue;
        const found = read(id, fromMs, toMs);
        if (found !== undefined) yield found;
      }
    },
    *series(lists, { fromMs, toMs }) {
      const seen = new Set<number>();
      for (const matchers of lists) {
        for (const id of table.select(matchers)) {
          if (seen.has(id) || !reaches(id, fromMs, toMs)) continue;
          seen.add(id);
          yield table.labelsOf(id);
        }
      }
    },
    labelNames: () => table.names(),
    labelValues: (name) => table.values(name),
    expire(nowMs) {
      dropAllBefore(nowMs - retentionMs);
    },
    stats() {
      const oldest = oldestMs();
      return {
        series: table.size(),
        samples,
        bytes: bytes(),
        evictedSamples,
        oldestMs: Number.isFinite(oldest) ? oldest : undefined,
        newestMs: Number.isFinite(newestMs) ? newestMs : undefined,
      };
    },
  };
}

function sizeOf(packed: PackedChunks): number {
  return packed === undefined ? 0 : PACKED_BYTES + packed.length;
}
