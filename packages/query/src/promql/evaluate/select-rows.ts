/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { QueryError } from '../../query-error.ts';
import { messages } from '../messages.ts';
import type { AggregatePlan } from '../plan-node.ts';
import {
  createMatrixBuilder,
  emptyMatrix,
  FLOAT,
  type MatrixBuilder,
  NOTHING,
  sampleAt,
  type StepMatrix,
} from '../step-matrix.ts';
import { groupRows } from './grouping.ts';
import type { Query } from './query.ts';
import { createTop, type Top } from './top.ts';

/** `topk`, `bottomk`, `limitk`: some rows of each group, as they are, chosen anew at each step. */
export async function selectRows(
  plan: AggregatePlan,
  input: StepMatrix,
  params: StepMatrix,
  query: Query,
): Promise<StepMatrix> {
  const { steps } = input;
  const { op } = plan;
  if (params.values.every((value) => value < 1)) return emptyMatrix(steps);
  checkCounts(params.values);
  const { groupOf, groups } = await groupRows(input, plan.grouping, plan.without, query.budget);
  const chosen = createChosenRows(input);
  const which = op === 'topk' ? 'largest' : op === 'bottomk' ? 'smallest' : 'first';
  for (let step = 0; step < steps; step += 1) {
    const count = Math.min(Math.trunc(params.values[step]!), input.series.length);
    if (count < 1) continue;
    const tops = groups.map(() => createTop(which, count, query.compatibility));
    for (let row = 0; row < input.series.length; row += 1) {
      const cell = row * steps + step;
      const kind = input.kinds[cell];
      if (kind === NOTHING) continue;
      if (kind !== FLOAT && op !== 'limitk')
        query.notes.info(messages.ignoredInAggregation(op), plan.position);
      else tops[groupOf[row]!]?.offer(row, input.values[cell]!);
    }
    for (const top of tops) takeRows(top, chosen, step);
    if (query.budget.spent(input.series.length * 2 + 10)) await query.budget.pause();
  }
  return chosen.build();
}

function takeRows(top: Top, chosen: ChosenRows, step: number): void {
  for (const row of top.rows()) chosen.take(row, step);
}

/** Rows of a result that come from rows of the input, in the order in which they are first chosen. */
export interface ChosenRows {
  take(row: number, step: number): void;
  build(): StepMatrix;
}

export function createChosenRows(input: StepMatrix): ChosenRows {
  const { steps } = input;
  const builder: MatrixBuilder = createMatrixBuilder(steps, 8);
  const targets = new Map<number, number>();
  return {
    take(row, step) {
      const target = targets.get(row) ?? builder.addRow(input.series[row]!);
      targets.set(row, target);
      builder.set(target * steps + step, sampleAt(input, row * steps + step));
    },
    build: () => builder.build(),
  };
}

function checkCounts(counts: Float64Array): void {
  const limit = 2 ** 63;
  for (const count of counts) {
    if (Number.isNaN(count)) throw new QueryError('execution', 'Parameter value is NaN');
    if (count <= -limit)
      throw new QueryError('execution', `Scalar value ${infinite(count)} underflows int64`);
    if (count >= limit) throw new QueryError('execution', `Scalar value ${infinite(count)} overflows int64`);
  }
}

function infinite(value: number): string {
  if (Number.isFinite(value)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return value > 0 ? '+Inf' : '-Inf';
}
