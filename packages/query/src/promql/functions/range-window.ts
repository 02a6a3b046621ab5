import type { QueryPosition } from '../../query-error.ts';
import type { Notes } from '../annotations.ts';
import type { RangeSeries } from '../evaluate/range-series.ts';
import { labelValue } from '../label-set.ts';
import type { Sample } from '../step-matrix.ts';

/** The samples of one series that a function of a range sees at one step. One object a call, moved along. */
export interface RangeWindow {
  series: RangeSeries;
  /** Indices of the floats in it; `to` does not belong to it. */
  from: number;
  to: number;
  /** The same of the histograms. */
  histogramFrom: number;
  histogramTo: number;
  /** When the query asks, and which range it asks for [ms]. */
  stepTimeMs: number;
  startMs: number;
  endMs: number;
  rangeMs: number;
  extension: 'none' | 'anchored' | 'smoothed';
  readonly compatibility: 2 | 3;
}

/** Where what a function has to say goes. */
export interface RangeReport {
  readonly notes: Notes;
  readonly position: QueryPosition;
}

/**
 * A function of a range: a number or a histogram of the window, undefined where there is no result.
 *
 * @param args the other arguments at this step, in their order
 */
export type RangeFunction = (window: RangeWindow, args: readonly number[], report: RangeReport) => Sample;

export function floatCount({ from, to }: RangeWindow): number {
  return to - from;
}

export function histogramCount({ histogramFrom, histogramTo }: RangeWindow): number {
  return histogramTo - histogramFrom;
}

export function metricName({ series }: RangeWindow): string {
  return labelValue(series.labels, '__name__');
}
