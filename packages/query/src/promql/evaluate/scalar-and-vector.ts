/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { changesMetric, isComparison } from '../operators.ts';
import type { BinaryPlan } from '../plan-node.ts';
import { createMatrixBuilder, FLOAT, sampleAt, type StepMatrix } from '../step-matrix.ts';
import { arithmetic, elementOperation } from './element-operation.ts';
import { mergedResult } from './merge-rows.ts';
import { nameless } from './names.ts';
import type { Query } from './query.ts';

/**
 * An operator between each sample of a vector and one number a step. A comparison without `bool` lets samples through as
 * they are, on whichever side they stand.
 *
 * @param swapped whether the number stands on the left
 */
export async function scalarAndVector(
  plan: BinaryPlan,
  vector: StepMatrix,
  scalar: StepMatrix,
  swapped: boolean,
  query: Query,
): Promise<StepMatrix> {
  const { steps } = vector;
  const dropName = changesMetric(plan.op, query.compatibility) || plan.returnBool;
  const compute = arithmetic[plan.op];
  const builder = createMatrixBuilder(steps, vector.series.length);
  for (const [row, series] of vector.series.entries()) {
    const from = row * steps;
    const to = builder.addRow(dropName ? nameless(series, query) : series) * steps;
    query.budget.take(steps);
    for (let step = 0; step < steps; step += 1) {
      const number = scalar.values[step]!;
      if (compute !== undefined && vector.kinds[from + step] === FLOAT) {
        const value = vector.values[from + step]!;
        builder.setFloat(to + step, swapped ? compute(number, value) : compute(value, number));
        continue;
      }
      const sample = sampleAt(vector, from + step);
      if (sample === undefined) continue;
      const outcome = swapped
        ? elementOperation(plan, number, sample, query)
        : elementOperation(plan, sample, number, query);
      if (outcome === undefined) continue;
      if (plan.returnBool) builder.setFloat(to + step, Number(outcome.keep));
      else if (outcome.keep) builder.set(to + step, isComparison(plan.op) ? sample : outcome.sample);
    }
    builder.dropLastRowIfEmpty();
    if (query.budget.spent(steps + 10)) await query.budget.pause();
  }
  return mergedResult(builder.build(), query);
}
