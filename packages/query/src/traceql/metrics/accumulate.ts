/** What becomes of the values that fall into the steps of one series. */
export interface Accumulator {
  add(step: number, value: number): void;
  values(): Float64Array;
}

export type AccumulatorKind = 'count' | 'sum' | 'min' | 'max' | 'avg';

/** Makes an accumulator for a number of steps. */
export const accumulators: Readonly<Record<AccumulatorKind, (steps: number) => Accumulator>> = {
  count(steps) {
    const counts = new Float64Array(steps);
    return {
      add(step, value) {
        counts[step] = (counts[step] as number) + value;
      },
      values: () => counts,
    };
  },
  min: (steps) => kept(steps, (best, value) => value < best),
  max: (steps) => kept(steps, (best, value) => value > best),
  sum(steps) {
    const sums = new Float64Array(steps).fill(Number.NaN);
    const rests = new Float64Array(steps);
    return {
      add(step, value) {
        const sum = sums[step] as number;
        if (Number.isNaN(sum)) sums[step] = value;
        else compensated(sums, rests, step, value);
      },
      values: () => sums.map((sum, step) => sum + (rests[step] as number)),
    };
  },
  avg(steps) {
    const means = new Float64Array(steps).fill(Number.NaN);
    const rests = new Float64Array(steps);
    const counts = new Float64Array(steps);
    return {
      add(step, value) {
        const count = (counts[step] as number) + 1;
        counts[step] = count;
        const mean = means[step] as number;
        if (count === 1) means[step] = value;
        else if (Number.isFinite(mean)) compensated(means, rests, step, value / count - mean / count);
      },
      values: () => means.map((mean, step) => mean + (rests[step] as number)),
    };
  },
};

/** How many values of each step an accumulator keeps. */
export const arraysOf: Readonly<Record<AccumulatorKind, number>> = {
  count: 1,
  min: 1,
  max: 1,
  sum: 2,
  avg: 3,
};

function kept(steps: number, isBetter: (best: number, value: number) => boolean): Accumulator {
  const values = new Float64Array(steps).fill(Number.NaN);
  return {
    add(step, value) {
      const best = values[step] as number;
      if (Number.isNaN(best) || isBetter(best, value)) values[step] = value;
    },
    values: () => values,
  };
}

/** A sum by Kahan and Neumaier: what a float cannot hold is kept beside it. */
function compensated(sums: Float64Array, rests: Float64Array, step: number, value: number): void {
  const sum = sums[step] as number;
  const total = sum + value;
  if (!Number.isFinite(total)) rests[step] = 0;
  else {
    const lost = Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    rests[step] = (rests[step] as number) + lost;
  }
  sums[step] = total;
}
