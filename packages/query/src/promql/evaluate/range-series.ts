import type { QueryPosition } from '../../query-error.ts';
import type { FloatHistogram } from '../histogram/index.ts';
import type { LabelSet } from '../label-set.ts';
import type { RangePlan } from '../plan-node.ts';
import { isStaleMarker } from '../stale-marker.ts';
import type { LoadedSeries, Query } from './query.ts';

/** Samples of one series: floats and histograms apart, each oldest first, no stale markers. */
export interface RangeSeries {
  readonly labels: LabelSet;
  readonly dropName: boolean;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly histogramTimesMs: Float64Array;
  readonly histograms: readonly FloatHistogram[];
  /** When each float started, and each histogram; 0 is unknown. Absent when it does not matter. */
  readonly startTimesMs: Float64Array | undefined;
  readonly histogramStartTimesMs: Float64Array | undefined;
}

/** Series to look at through a window, and how the window lies. */
export interface RangeInput {
  readonly series: readonly RangeSeries[];
  readonly rangeMs: number;
  readonly offsetMs: number;
  readonly atMs: number | undefined;
  readonly extension: 'none' | 'anchored' | 'smoothed';
  readonly position: QueryPosition;
}

const noTimes = new Float64Array(0);

export function rangeInputOf(plan: RangePlan, query: Query): RangeInput {
  const { selector, rangeMs, position } = plan;
  return {
    series: query.seriesOf(selector).map((series) => rangeSeriesOf(series, query.startTimestamps)),
    rangeMs,
    offsetMs: selector.offsetMs,
    atMs: selector.atMs,
    extension: selector.extension,
    position,
  };
}

function rangeSeriesOf(series: LoadedSeries, startTimestamps: boolean): RangeSeries {
  const { labels, timesMs, values, histograms } = series;
  const startTimesMs = startTimestamps ? series.startTimesMs : undefined;
  if (histograms === undefined && !hasStaleMarker(values)) {
    return {
      labels,
      dropName: false,
      timesMs,
      values,
      histogramTimesMs: noTimes,
      histograms: [],
      startTimesMs,
      histogramStartTimesMs: undefined,
    };
  }
  return separated(series, startTimesMs);
}

function separated(
  { labels, timesMs, values, histograms }: LoadedSeries,
  startTimesMs: Float64Array | undefined,
): RangeSeries {
  const floatAt: number[] = [];
  const histogramAt: number[] = [];
  for (let index = 0; index < timesMs.length; index += 1) {
    if (histograms?.[index] !== undefined) histogramAt.push(index);
    else if (!isStaleMarker(values, index)) floatAt.push(index);
  }
  return {
    labels,
    dropName: false,
    timesMs: pick(timesMs, floatAt),
    values: pick(values, floatAt),
    histogramTimesMs: pick(timesMs, histogramAt),
    histograms: histogramAt.map((index) => histograms![index]!),
    startTimesMs: startTimesMs && pick(startTimesMs, floatAt),
    histogramStartTimesMs: startTimesMs && pick(startTimesMs, histogramAt),
  };
}

function pick(from: Float64Array, at: readonly number[]): Float64Array {
  return Float64Array.from(at, (index) => from[index]!);
}

function hasStaleMarker(values: Float64Array): boolean {
  for (let index = 0; index < values.length; index += 1) {
    if (isStaleMarker(values, index)) return true;
  }
  return false;
}
