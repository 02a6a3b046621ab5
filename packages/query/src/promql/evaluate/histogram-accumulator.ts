import { addCompensated, addHistograms, compactHistogram, type FloatHistogram } from '../histogram/index.ts';
import { compensatedAverage } from '../functions/histogram-over-time.ts';
import { type LabelSet, labelValue } from '../label-set.ts';
import { messages } from '../messages.ts';
import type { AggregatePlan } from '../plan-node.ts';
import type { Query } from './query.ts';

/** Sums or means of native histograms, a cell each. */
export interface HistogramAccumulator {
  add(cell: number, histogram: FloatHistogram, labels: LabelSet): void;
  /** Undefined when their buckets do not go together. */
  result(cell: number): FloatHistogram | undefined;
}

interface Cell {
  sum: FloatHistogram;
  compensation: FloatHistogram | undefined;
  /** All of them, for a mean, which may have to begin anew when the sum gets too large. */
  readonly all: [FloatHistogram, ...FloatHistogram[]];
  incompatible: boolean;
  reset: boolean;
  notReset: boolean;
}

export function histogramAccumulator(
  { op, expression: { position } }: AggregatePlan,
  { notes }: Query,
): HistogramAccumulator {
  const cells = new Map<number, Cell>();
  const reconciled = (): void => notes.info(messages.reconciledBounds('aggregation'), position);

  function addTo(cell: Cell, histogram: FloatHistogram, labels: LabelSet): void {
    const next = addCompensated(cell.sum, cell.compensation, histogram);
    if (next === undefined) {
      cell.incompatible = true;
      notes.warn(messages.mixedSchemas(labelValue(labels, '__name__')), position);
      return;
    }
    if (next.boundsReconciled) reconciled();
    cell.sum = next.histogram;
    cell.compensation = next.compensation;
    if (op === 'avg') cell.all.push(histogram);
  }

  return {
    add(index, histogram, labels) {
      let cell = cells.get(index);
      if (cell === undefined) {
        cell = {
          sum: histogram,
          compensation: undefined,
          all: [histogram],
          incompatible: false,
          reset: false,
          notReset: false,
        };
        cells.set(index, cell);
      } else if (!cell.incompatible) {
        addTo(cell, histogram, labels);
      }
      cell.reset ||= histogram.counterReset === 'reset';
      cell.notReset ||= histogram.counterReset === 'not-reset';
    },
    result(index) {
      const cell = cells.get(index);
      if (cell === undefined || cell.incompatible) return undefined;
      if (cell.reset && cell.notReset) notes.warn(messages.resetCollision('aggregation'), position);
      const whole = op === 'avg' ? compensatedAverage(cell.all, reconciled) : summed(cell);
      return whole && compactHistogram(whole);
    },
  };
}

function summed({ sum, compensation }: Cell): FloatHistogram | undefined {
  return compensation === undefined ? sum : addHistograms(sum, compensation)?.histogram;
}
