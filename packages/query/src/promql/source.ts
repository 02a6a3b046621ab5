import type { LabelMatcher, Labels } from '../labels.ts';
import type { FloatHistogram } from './histogram/float-histogram.ts';

/** The samples of one series in a range of time, oldest first. */
export interface SeriesSamples {
  readonly labels: Labels;
  /** Since 1970 [ms], strictly ascending. */
  readonly timesMs: Float64Array;
  /**
   * One a time. A NaN with the bits of Prometheus's stale marker (0x7ff0000000000002) says that the series ended there;
   * at a time with a histogram, the value is not looked at.
   */
  readonly values: Float64Array;
  /** One a time, where the sample is a native histogram; absent when none is. */
  readonly histograms?: readonly (FloatHistogram | undefined)[] | undefined;
  /** One a time, since 1970 [ms]: when a counter says that it began to count, else 0. Absent when none says. */
  readonly startTimesMs?: Float64Array | undefined;
}

export interface SelectRange {
  /** Both ends belong to it, since 1970 [ms]. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where series come from. */
export interface SeriesSource {
  /**
   * Every series that fits all matchers and has samples in the range, in any order, each once. Samples outside the
   * range do no harm. The arrays are only read.
   *
   * @param signal aborted when the query is over its time or nobody waits for it
   */
  select(
    matchers: readonly LabelMatcher[],
    range: SelectRange,
    signal: AbortSignal,
  ): Iterable<SeriesSamples> | AsyncIterable<SeriesSamples>;
}
