import type { Labels } from '@sightline/query';
import type { FloatHistogram } from '@sightline/query/promql';
import type { Exemplar, Metadata, SampleSink } from '../ingest/samples.ts';
import type { ExemplarStore } from './exemplar-store.ts';
import type { MetadataStore } from './metadata-store.ts';
import type { SeriesRef, SeriesStore } from './series/series-store.ts';

/** What became of the samples of one way in. */
export interface SampleCounts {
  readonly stored: number;
  /** The same time again; an exporter that repeats itself is not at fault. */
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly tooOld: number;
  /** Of series that the bound had no room for. */
  readonly refused: number;
}

/** A way into the stores of metrics that counts what it takes. */
export interface CountingSink extends SampleSink {
  /** @returns whether it is kept: stored now, or before */
  sample(...given: Parameters<SampleSink['sample']>): boolean;
  /** Exemplars of a series that come without a sample. */
  exemplars(labels: Labels, given: readonly Exemplar[]): void;
  counts(): SampleCounts;
}

export interface MetricStores {
  readonly series: SeriesStore;
  readonly exemplars: ExemplarStore;
  readonly metadata: MetadataStore;
}

/**
 * @param handsAgain whether the same object comes for a series each time, as a scraper hands it in: then its series is
 *   looked up once
 */
export function createSampleSink(
  { series, exemplars, metadata }: MetricStores,
  handsAgain: boolean,
): CountingSink {
  const counts = { stored: 0, duplicates: 0, outOfOrder: 0, tooOld: 0, refused: 0 };
  const refs = new WeakMap<Labels, SeriesRef>();

  function refOf(labels: Labels): SeriesRef | undefined {
    if (!handsAgain) return series.ref(labels);
    const known = refs.get(labels);
    if (known !== undefined) return known;
    const ref = series.ref(labels);
    if (ref !== undefined) refs.set(labels, ref);
    return ref;
  }

  return {
    sample(
      labels: Labels,
      timeMs: number,
      value: number | FloatHistogram | undefined,
      given?: readonly Exemplar[],
    ) {
      const ref = refOf(labels);
      if (ref === undefined) {
        counts.refused += 1;
        return false;
      }
      const appended = series.append(ref, timeMs, value);
      if (appended === 'stored') counts.stored += 1;
      else if (appended === 'duplicate') counts.duplicates += 1;
      else if (appended === 'out of order') counts.outOfOrder += 1;
      else counts.tooOld += 1;
      if (given !== undefined && given.length > 0) exemplars.add(ref.labels, given);
      return appended === 'stored' || appended === 'duplicate';
    },
    exemplars: (labels: Labels, given: readonly Exemplar[]) => exemplars.add(labels, given),
    metadata: (family: string, given: Metadata) => metadata.set(family, given),
    counts: () => ({ ...counts }),
  };
}
