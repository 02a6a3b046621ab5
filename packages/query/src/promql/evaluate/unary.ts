import { multiplyHistogram } from '../histogram/index.ts';
import type { UnaryPlan } from '../plan-node.ts';
import { FLOAT, relabeled, type StepMatrix } from '../step-matrix.ts';
import { mergeRows } from './merge-rows.ts';
import { nameless } from './names.ts';
import type { Query, Steps } from './query.ts';

/** `-vector` and `+vector`; the latter changes nothing, not even the name. */
export async function evaluateUnary(plan: UnaryPlan, steps: Steps, query: Query): Promise<StepMatrix> {
  const operand = await query.evaluate(plan.operand, steps);
  if (plan.op === '+') return operand;
  const values = operand.values.map((value, cell) => (operand.kinds[cell] === FLOAT ? -value : 0));
  const histograms = new Map(
    Array.from(operand.histograms, ([cell, histogram]) => [cell, multiplyHistogram(histogram, -1)] as const),
  );
  const negative = { ...operand, values, histograms };
  if (plan.type === 'scalar') return negative;
  const named = relabeled(negative, (series) => nameless(series, query));
  return query.delayedNameRemoval ? named : mergeRows(named);
}

/** The value of one step at all steps. */
export function repeated(matrix: StepMatrix, count: number): StepMatrix {
  const cells = matrix.series.length * count;
  const kinds = new Uint8Array(cells);
  const values = new Float64Array(cells);
  const histograms = new Map<number, NonNullable<ReturnType<typeof matrix.histograms.get>>>();
  for (let row = 0; row < matrix.series.length; row += 1) {
    const kind = matrix.kinds[row]!;
    kinds.fill(kind, row * count, (row + 1) * count);
    values.fill(matrix.values[row]!, row * count, (row + 1) * count);
    const histogram = matrix.histograms.get(row);
    if (histogram === undefined) continue;
    for (let cell = row * count; cell < (row + 1) * count; cell += 1) histograms.set(cell, histogram);
  }
  return { series: matrix.series, steps: count, kinds, values, histograms };
}
