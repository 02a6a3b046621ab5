/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { QueryError } from '../../query-error.ts';
import { labelHashRatio } from '../label-hash.ts';
import { messages } from '../messages.ts';
import type { AggregatePlan } from '../plan-node.ts';
import { emptyMatrix, NOTHING, type StepMatrix } from '../step-matrix.ts';
import type { Query } from './query.ts';
import { createChosenRows } from './select-rows.ts';

/**
 * `limit_ratio(r, …)`: a share of the series, chosen by the hash of their labels, so the same ones each time. With a
 * negative ratio it is the rest that the positive one would leave out.
 */
export async function limitRatio(
  plan: AggregatePlan,
  input: StepMatrix,
  params: StepMatrix,
  query: Query,
): Promise<StepMatrix> {
  const { steps } = input;
  if (params.values.every((ratio) => ratio === 0)) return emptyMatrix(steps);
  if (params.values.some(Number.isNaN)) throw new QueryError('execution', 'Ratio value is NaN');
  const at = plan.param!.position;
  const largest = params.values.reduce((most, ratio) => Math.max(most, ratio));
  const smallest = params.values.reduce((least, ratio) => Math.min(least, ratio));
  if (largest > 1) query.notes.warn(messages.invalidRatio(largest, 1), at);
  if (smallest < -1) query.notes.warn(messages.invalidRatio(smallest, -1), at);
  const offsets = input.series.map(({ labels }) => labelHashRatio(labels));
  const chosen = createChosenRows(input);
  for (let step = 0; step < steps; step += 1) {
    const ratio = Math.max(-1, Math.min(1, params.values[step]!));
    if (ratio === 0) continue;
    for (let row = 0; row < input.series.length; row += 1) {
      const offset = offsets[row]!;
      const isChosen = ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
      if (isChosen && input.kinds[row * steps + step] !== NOTHING) chosen.take(row, step);
    }
    if (query.budget.spent(input.series.length + 10)) await query.budget.pause();
  }
  return chosen.build();
}
