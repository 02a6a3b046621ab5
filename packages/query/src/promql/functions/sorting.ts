import type { Query } from '../evaluate/query.ts';
import { compareLabelSets, labelValue } from '../label-set.ts';
import { messages } from '../messages.ts';
import type { CallPlan } from '../plan-node.ts';
import { createMatrixBuilder, FLOAT, sampleAt, type StepMatrix } from '../step-matrix.ts';
import { compareNatural } from './natural-order.ts';
import { evaluateArg, textArgs, type VectorFunction } from './vector-function.ts';

/**
 * Rows of an instant query in an order; a range query has its rows ordered by labels in any case.
 *
 * @param floatsOnly histograms have no order and are left out
 */
function sorting(
  floatsOnly: boolean,
  compare: (matrix: StepMatrix, labels: readonly string[]) => (left: number, right: number) => number,
): VectorFunction {
  return async (call, steps, query) => {
    const vector = await evaluateArg(call, 0, steps, query);
    tellIneffective(call, query, steps.count);
    const rows = Array.from(vector.series.keys());
    if (steps.count === 1) rows.sort(compare(vector, textArgs(call, 1)));
    return picked(vector, rows, floatsOnly);
  };
}

function tellIneffective({ position }: CallPlan, { notes }: Query, steps: number): void {
  if (steps > 1) notes.warn(messages.sortInRangeQuery, position);
}

function picked(matrix: StepMatrix, rows: readonly number[], floatsOnly: boolean): StepMatrix {
  const { steps } = matrix;
  const builder = createMatrixBuilder(steps, rows.length);
  for (const row of rows) {
    const target = builder.addRow(matrix.series[row]!) * steps;
    for (let step = 0; step < steps; step += 1) {
      const cell = row * steps + step;
      if (!floatsOnly || matrix.kinds[cell] === FLOAT) builder.set(target + step, sampleAt(matrix, cell));
    }
    builder.dropLastRowIfEmpty();
  }
  return builder.build();
}

/** NaN comes last, whichever way. */
function byValue(direction: 1 | -1): (matrix: StepMatrix) => (left: number, right: number) => number {
  return ({ values }) =>
    (left, right) => {
      const a = values[left]!;
      const b = values[right]!;
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      if (a === b) return 0;
      return a < b ? -direction : direction;
    };
}

function byLabels(direction: 1 | -1) {
  return ({ series }: StepMatrix, names: readonly string[]) =>
    (left: number, right: number): number => {
      const [a, b] = [series[left]!.labels, series[right]!.labels];
      for (const name of names) {
        const order = compareNatural(labelValue(a, name), labelValue(b, name));
        if (order !== 0) return order * direction;
      }
      return compareLabelSets(a, b) * direction;
    };
}

/** Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#sort and the three below */
export const sortFunctions: Readonly<Record<string, VectorFunction>> = {
  sort: sorting(true, byValue(1)),
  sort_desc: sorting(true, byValue(-1)),
  sort_by_label: sorting(false, byLabels(1)),
  sort_by_label_desc: sorting(false, byLabels(-1)),
};
