import type { LabelMatcher, Labels } from '@sightline/query';
import type { FloatHistogram, SelectRange, SeriesSamples, SeriesSource } from '@sightline/query/promql';
import { createLabelIndex } from '../label-index.ts';
import {
  type Series,
  appendHistogram,
  appendNumber,
  createSeries,
  histogramBytes,
  isEmpty,
  readSeries,
  seriesBytes,
} from './series.ts';

export interface SeriesStoreOptions {
  /** Most series at one time. */
  readonly maxSeries: number;
  /** Most bytes, about, that series and samples take; past it the oldest samples go. */
  readonly maxBytes: number;
  /** Samples older than this go [ms]. */
  readonly retentionMs: number;
}

/** A series that samples can be appended to without its labels being looked up again. */
export type SeriesRef = Series;

/** What became of a sample. */
type Appended = 'stored' | 'duplicate' | 'out of order' | 'too old';

/** A sample: a number, a native histogram, or undefined for the stale marker. */
type SampleValue = number | FloatHistogram | undefined;

export interface SeriesStore extends SeriesSource {
  /** The series of these labels, made when there is none; undefined when the bound of series is reached. */
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
  const byKey = new Map<string, Series>();
  const index = createLabelIndex<Series>(({ labels }) => labels);
  let bytes = 0;
  let samples = 0;
  let evictedSamples = 0;
  let newestMs = -Infinity;

  /** Drops the samples of a series before a moment, whole chunks at a time. @returns how many */
  function dropBefore(series: Series, momentMs: number): number {
    let dropped = 0;
    while ((series.sealed[0]?.lastMs ?? Infinity) < momentMs) {
      const chunk = series.sealed.shift();
      dropped += chunk?.count ?? 0;
      bytes -= chunk?.bytes.length ?? 0;
    }
    let old = 0;
    for (const { timeMs, histogram } of series.histograms) {
      if (timeMs >= momentMs) break;
      bytes -= histogramBytes(histogram);
      old += 1;
    }
    series.histograms.splice(0, old);
    if (series.open > 0 && series.sealed.length === 0 && (series.timesMs[series.open - 1] ?? 0) < momentMs) {
      dropped += series.open;
      series.open = 0;
    }
    samples -= dropped + old;
    return dropped + old;
  }

  function forgetIfEmpty(series: Series): void {
    if (!isEmpty(series)) return;
    byKey.delete(keyOf(series.labels));
    index.remove(series.labels, series);
    bytes -= seriesBytes(series.labels);
  }

  function dropAllBefore(momentMs: number): number {
    let dropped = 0;
    for (const series of byKey.values()) {
      dropped += dropBefore(series, momentMs);
      forgetIfEmpty(series);
    }
    return dropped;
  }

  function oldestMs(): number {
    let oldest = Infinity;
    for (const { sealed, timesMs, open, histograms } of byKey.values()) {
      const first = sealed[0]?.firstMs ?? (open > 0 ? (timesMs[0] ?? Infinity) : Infinity);
      oldest = Math.min(oldest, first, histograms[0]?.timeMs ?? Infinity);
    }
    return oldest;
  }

  /** Makes room by an eighth of the time that is kept, again and again until it is enough. */
  function makeRoom(): void {
    for (let tries = 0; tries < 16; tries++) {
      const from = oldestMs();
      if (bytes <= maxBytes || !Number.isFinite(from)) return;
      evictedSamples += dropAllBefore(from + Math.max(1, (newestMs - from) / 8));
    }
  }

  return {
    ref(labels) {
      const key = keyOf(labels);
      const known = byKey.get(key);
      if (known !== undefined) return known;
      if (byKey.size >= maxSeries) return undefined;
      const series = createSeries(labels);
      byKey.set(key, series);
      index.add(labels, series);
      bytes += seriesBytes(labels);
      return series;
    },
    append(ref, timeMs, value) {
      if (timeMs <= ref.lastMs) return timeMs === ref.lastMs ? 'duplicate' : 'out of order';
      if (timeMs < newestMs - retentionMs) return 'too old';
      // What was forgotten as empty while its reference was kept comes back.
      if (isEmpty(ref) && byKey.get(keyOf(ref.labels)) !== ref) restore(ref);
      if (typeof value === 'object') bytes += appendHistogram(ref, timeMs, value);
      else bytes += appendNumber(ref, timeMs, value)?.bytes.length ?? 0;
      samples += 1;
      if (timeMs > newestMs) newestMs = timeMs;
      if (bytes > maxBytes) makeRoom();
      return 'stored';
    },
    *select(matchers, { fromMs, toMs }): Iterable<SeriesSamples> {
      for (const series of index.find(matchers)) {
        const read = readSeries(series, fromMs, toMs);
        if (read !== undefined) yield read;
      }
    },
    *series(lists, { fromMs, toMs }) {
      const seen = new Set<Series>();
      for (const matchers of lists) {
        for (const series of index.find(matchers)) {
          if (seen.has(series) || !hasSamples(series, fromMs, toMs)) continue;
          seen.add(series);
          yield series.labels;
        }
      }
    },
    labelNames: () => index.names(),
    labelValues: (name) => index.values(name),
    expire(nowMs) {
      dropAllBefore(nowMs - retentionMs);
    },
    stats() {
      const oldest = oldestMs();
      return {
        series: byKey.size,
        samples,
        bytes,
        evictedSamples,
        oldestMs: Number.isFinite(oldest) ? oldest : undefined,
        newestMs: Number.isFinite(newestMs) ? newestMs : undefined,
      };
    },
  };

  function restore(series: Series): void {
    series.lastMs = -Infinity;
    byKey.set(keyOf(series.labels), series);
    index.add(series.labels, series);
    bytes += seriesBytes(series.labels);
  }
}

/** Whether the series reaches into the range; between two samples of it counts as well. */
function hasSamples(
  { sealed, timesMs, open, histograms, lastMs }: Series,
  fromMs: number,
  toMs: number,
): boolean {
  const firstMs = Math.min(
    sealed[0]?.firstMs ?? (open > 0 ? (timesMs[0] ?? Infinity) : Infinity),
    histograms[0]?.timeMs ?? Infinity,
  );
  return firstMs <= toMs && lastMs >= fromMs;
}

/** A text for each set of labels, the same whatever their order. */
function keyOf(labels: Labels): string {
  const names = Object.keys(labels).toSorted();
  let key = '';
  for (const name of names) key += `${name}\u0000${labels[name]}\u0000`;
  return key;
}
