import type { AggregateOperator } from '../ast.ts';
import { lost } from '../kahan.ts';

/** One aggregation over many cells at once. */
export interface Accumulator {
  /** @param first whether it is the first float of the cell */
  add(cell: number, value: number, first: boolean): void;
  result(cell: number): number;
}

function sum(cells: number): Accumulator {
  const totals = new Float64Array(cells);
  const compensations = new Float64Array(cells);
  return {
    add(cell, value, first) {
      if (first) {
        totals[cell] = value;
        return;
      }
      const total = totals[cell]!;
      const next = total + value;
      compensations[cell] = lost(total, value, next, compensations[cell]!);
      totals[cell] = next;
    },
    result: (cell) => totals[cell]! + compensations[cell]!,
  };
}

/** By way of the sum; from where that would be infinite on, from mean to mean. */
function avg(cells: number): Accumulator {
  const totals = new Float64Array(cells);
  const compensations = new Float64Array(cells);
  const counts = new Float64Array(cells);
  const incremental = new Uint8Array(cells);

  function addToMean(cell: number, value: number, count: number): void {
    const share = (count - 1) / count;
    const before = share * totals[cell]!;
    const next = before + value / count;
    compensations[cell] = lost(before, value / count, next, share * compensations[cell]!);
    totals[cell] = next;
  }

  return {
    add(cell, value, first) {
      const count = counts[cell]! + 1;
      counts[cell] = count;
      if (first) {
        totals[cell] = value;
        return;
      }
      if (incremental[cell] === 0) {
        const total = totals[cell]!;
        const next = total + value;
        if (Math.abs(next) !== Number.POSITIVE_INFINITY) {
          compensations[cell] = lost(total, value, next, compensations[cell]!);
          totals[cell] = next;
          return;
        }
        incremental[cell] = 1;
        totals[cell] = total / (count - 1);
        compensations[cell] = compensations[cell]! / (count - 1);
      }
      addToMean(cell, value, count);
    },
    result(cell) {
      const total = totals[cell]!;
      const compensation = compensations[cell]!;
      const count = counts[cell]!;
      return incremental[cell] === 1 ? total + compensation : total / count + compensation / count;
    },
  };
}

/** NaN only when there is nothing else. */
function extreme(beats: (value: number, than: number) => boolean): (cells: number) => Accumulator {
  return (cells) => {
    const best = new Float64Array(cells);
    return {
      add(cell, value, first) {
        const than = best[cell]!;
        if (first || beats(value, than) || Number.isNaN(than)) best[cell] = value;
      },
      result: (cell) => best[cell]!,
    };
  };
}

function counter(cells: number): Accumulator {
  const counts = new Float64Array(cells);
  return {
    add(cell) {
      counts[cell] = counts[cell]! + 1;
    },
    result: (cell) => counts[cell]!,
  };
}

/** Source: https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Welford's_online_algorithm */
function deviation(
  finish: (variance: number) => number,
): (cells: number, compatibility: 2 | 3) => Accumulator {
  return (cells, compatibility) => {
    const counts = new Float64Array(cells);
    const means = new Float64Array(cells);
    const squares = new Float64Array(cells);
    return {
      add(cell, value, first) {
        const next = counts[cell]! + 1;
        counts[cell] = next;
        if (first) {
          means[cell] = value;
          squares[cell] = Number.isFinite(value) || compatibility === 2 ? 0 : Number.NaN;
          return;
        }
        const delta = value - means[cell]!;
        const mean = means[cell]! + delta / next;
        means[cell] = mean;
        squares[cell] = squares[cell]! + delta * (value - mean);
      },
      result: (cell) => finish(squares[cell]! / counts[cell]!),
    };
  };
}

/** Aggregations that need no more than a few numbers a group. */
export const accumulators: Readonly<
  Partial<Record<AggregateOperator, (cells: number, compatibility: 2 | 3) => Accumulator>>
> = {
  avg,
  count: counter,
  group: () => ({ add: () => {}, result: () => 1 }),
  max: extreme((value, than) => value > than),
  min: extreme((value, than) => value < than),
  stddev: deviation(Math.sqrt),
  stdvar: deviation((variance) => variance),
  sum,
};
