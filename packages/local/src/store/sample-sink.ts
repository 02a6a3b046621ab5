import type { Labels } from '@sightline/query';
import type { FloatHistogram } from '@sightline/query/promql';
import type { Exemplar, Metadata, SampleSink } from '../ingest/samples.ts';
import type { TakenTimes } from '../ingest/taken-times.ts';
import type { ExemplarStore } from './exemplar-store.ts';
import type { MetadataStore } from './metadata-store.ts';
import type { SeriesRef, SeriesStore } from './series/series-store.ts';
import { withoutEmpty } from './series/without-empty.ts';

/** What became of the samples of one way in. */
export interface SampleCounts {
  readonly stored: number;
  /** The same time again; an exporter that repeats itself is not at fault. */
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly tooOld: number;
  /** Of a time that lies in the future. */
  readonly tooNew: number;
  /** Of series that the bound had no room for. */
  readonly refused: number;
}

/** A way into the stores of metrics that counts what it takes. */
export interface CountingSink extends SampleSink {
  /** @returns what became of it; stored now, or a duplicate, it is kept */
  sample(...given: Parameters<SampleSink['sample']>): keyof SampleCounts;
  /** Exemplars of a series that come without a sample. */
  exemplars(labels: Labels, given: readonly Exemplar[]): void;
  counts(): SampleCounts;
}

export interface MetricStores {
  readonly series: SeriesStore;
  readonly exemplars: ExemplarStore;
  readonly metadata: MetadataStore;
}

const EVER: TakenTimes = { oldestMs: -Infinity, newestMs: Infinity };
const fates = {
  stored: 'stored',
  duplicate: 'duplicates',
  'out of order': 'outOfOrder',
  'too old': 'tooOld',
} as const;

/**
 * @param handsAgain whether the same object comes for a series each time, as a scraper hands it in: then its series is
 *   looked up once
 * @param times what is taken now; one sample of next year would make those of today too old
 */
export function createSampleSink(
  { series, exemplars, metadata }: MetricStores,
  handsAgain: boolean,
  times: () => TakenTimes = () => EVER,
): CountingSink {
  const counts = { stored: 0, duplicates: 0, outOfOrder: 0, tooOld: 0, tooNew: 0, refused: 0 };
  const refs = new WeakMap<Labels, SeriesRef>();

  function refOf(labels: Labels): SeriesRef | undefined {
    if (!handsAgain) return series.ref(labels);
    const known = refs.get(labels);
    if (known !== undefined) return known;
    const ref = series.ref(labels);
    if (ref !== undefined) refs.set(labels, ref);
    return ref;
  }

  function append(
    labels: Labels,
    timeMs: number,
    value: number | FloatHistogram | undefined,
    given: readonly Exemplar[] | undefined,
  ): keyof SampleCounts {
    const { oldestMs, newestMs } = times();
    if (timeMs > newestMs) return 'tooNew';
    if (timeMs < oldestMs) return 'tooOld';
    const ref = refOf(labels);
    if (ref === undefined) return 'refused';
    const appended = series.append(ref, timeMs, value);
    if (given !== undefined && given.length > 0) exemplars.add(ref.labels, given);
    return fates[appended];
  }

  return {
    sample(labels, timeMs, value, given) {
      const fate = append(labels, timeMs, value, given);
      counts[fate] += 1;
      return fate;
    },
    exemplars: (labels: Labels, given: readonly Exemplar[]) => exemplars.add(withoutEmpty(labels), given),
    metadata: (family: string, given: Metadata) => metadata.set(family, given),
    counts: () => ({ ...counts }),
  };
}
