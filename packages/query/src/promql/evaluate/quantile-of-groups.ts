/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { messages } from '../messages.ts';
import type { AggregatePlan } from '../plan-node.ts';
import { quantileOf } from '../quantile.ts';
import { createMatrixBuilder, FLOAT, NOTHING, type StepMatrix } from '../step-matrix.ts';
import { groupRows } from './grouping.ts';
import type { Query } from './query.ts';

/** `quantile(φ, …)`: over the floats of a group at each step. */
export async function quantileOfGroups(
  plan: AggregatePlan,
  input: StepMatrix,
  params: StepMatrix,
  query: Query,
): Promise<StepMatrix> {
  const { steps } = input;
  tellWrong(plan, params, query);
  const { groupOf, groups } = await groupRows(input, plan.grouping, plan.without, query.budget);
  const members = groups.map((): number[] => []);
  groupOf.forEach((group, row) => members[group]?.push(row));
  const builder = createMatrixBuilder(steps, groups.length);
  for (const [group, series] of groups.entries()) {
    const rows = members[group]!;
    const row = builder.addRow(series) * steps;
    const buffer = new Float64Array(rows.length);
    for (let step = 0; step < steps; step += 1) {
      const count = gather(input, rows, step, buffer, plan, query);
      if (count > 0)
        builder.setFloat(row + step, quantileOf(params.values[step]!, buffer.subarray(0, count)));
      if (query.budget.spent(rows.length * 4 + 10)) await query.budget.pause();
    }
    builder.dropLastRowIfEmpty();
  }
  return builder.build();
}

function gather(
  { steps, kinds, values }: StepMatrix,
  rows: readonly number[],
  step: number,
  buffer: Float64Array,
  plan: AggregatePlan,
  { notes }: Query,
): number {
  let count = 0;
  for (const row of rows) {
    const cell = row * steps + step;
    if (kinds[cell] === FLOAT) {
      buffer[count] = values[cell]!;
      count += 1;
    } else if (kinds[cell] !== NOTHING) {
      notes.info(messages.ignoredInAggregation('quantile'), plan.expression.position);
    }
  }
  return count;
}

/** NaN is told alone, else the largest above 1 and the smallest below 0. */
function tellWrong({ param }: AggregatePlan, { values }: StepMatrix, { notes }: Query): void {
  const at = param!.position;
  if (values.some(Number.isNaN)) notes.warn(messages.invalidQuantile(Number.NaN), at);
  // With a NaN, both are NaN.
  const largest = values.reduce((most, value) => Math.max(most, value));
  const smallest = values.reduce((least, value) => Math.min(least, value));
  if (largest > 1) notes.warn(messages.invalidQuantile(largest), at);
  if (smallest < 0) notes.warn(messages.invalidQuantile(smallest), at);
}
