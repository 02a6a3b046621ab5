import type { FloatHistogram } from './histogram/index.ts';
import type { LabelSet } from './label-set.ts';

/** What a cell of a matrix holds. */
export const NOTHING = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/** A row of a matrix. */
export interface StepSeries {
  readonly labels: LabelSet;
  /** The name is still there for the messages, and goes at the end. */
  readonly dropName: boolean;
}

/**
 * The value of an expression: a row a series, a column a step; no row is empty. One block of numbers for all of them, since there are
 * thousands of rows with one column, and thousands of columns.
 */
export interface StepMatrix {
  readonly series: readonly StepSeries[];
  /** Columns. */
  readonly steps: number;
  /** `series.length × steps`, row by row: NOTHING, FLOAT or HISTOGRAM. */
  readonly kinds: Uint8Array;
  /** As long; 0 where there is no float. */
  readonly values: Float64Array;
  /** By the index of the cell. */
  readonly histograms: ReadonlyMap<number, FloatHistogram>;
}

/** A value of a cell in passing: undefined is nothing. */
export type Sample = number | FloatHistogram | undefined;

/** A matrix that is being made; rows come one by one. */
export interface MatrixBuilder {
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  addRow(series: StepSeries): number;
  set(cell: number, sample: Sample): void;
  setFloat(cell: number, value: number): void;
  /** Whether the last row has no sample at all; it is then taken back. */
  dropLastRowIfEmpty(): boolean;
  build(): StepMatrix;
}

/** Cells that a matrix has room for before any row is there. */
const maxCellsAhead = 1_000_000;

export function createMatrixBuilder(steps: number, expectedRows = 4): MatrixBuilder {
  const series: StepSeries[] = [];
  const histograms = new Map<number, FloatHistogram>();
  // Rows are counted against the limits as they come, so not many are made room for before.
  const rows = Math.min(expectedRows, Math.ceil(maxCellsAhead / Math.max(1, steps)));
  let kinds = new Uint8Array(Math.max(1, rows) * steps);
  let values = new Float64Array(kinds.length);

  function grow(needed: number): void {
    if (needed <= kinds.length) return;
    const size = Math.max(needed, kinds.length * 2);
    const moreKinds = new Uint8Array(size);
    moreKinds.set(kinds);
    const moreValues = new Float64Array(size);
    moreValues.set(values);
    kinds = moreKinds;
    values = moreValues;
  }

  return {
    get kinds() {
      return kinds;
    },
    get values() {
      return values;
    },
    addRow(row) {
      series.push(row);
      grow(series.length * steps);
      return series.length - 1;
    },
    setFloat(cell, value) {
      kinds[cell] = FLOAT;
      values[cell] = value;
    },
    set(cell, sample) {
      if (typeof sample === 'number') {
        kinds[cell] = FLOAT;
        values[cell] = sample;
      } else if (sample !== undefined) {
        kinds[cell] = HISTOGRAM;
        histograms.set(cell, sample);
      }
    },
    dropLastRowIfEmpty() {
      const from = (series.length - 1) * steps;
      for (let cell = from; cell < from + steps; cell += 1) {
        if (kinds[cell] !== NOTHING) return false;
      }
      series.pop();
      return true;
    },
    build() {
      const size = series.length * steps;
      return { series, steps, kinds: kinds.subarray(0, size), values: values.subarray(0, size), histograms };
    },
  };
}

/** The sample of a cell. */
export function sampleAt(matrix: StepMatrix, cell: number): Sample {
  const kind = matrix.kinds[cell];
  if (kind === FLOAT) return matrix.values[cell];
  return kind === HISTOGRAM ? matrix.histograms.get(cell) : undefined;
}

export function emptyMatrix(steps: number): StepMatrix {
  return { series: [], steps, kinds: new Uint8Array(0), values: new Float64Array(0), histograms: new Map() };
}

/** The same samples with other labels. */
export function relabeled(matrix: StepMatrix, relabel: (series: StepSeries) => StepSeries): StepMatrix {
  return { ...matrix, series: matrix.series.map(relabel) };
}
