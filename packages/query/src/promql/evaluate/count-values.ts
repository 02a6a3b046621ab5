/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { QueryError } from '../../query-error.ts';
import { formatHistogram } from '../histogram/index.ts';
import { isLabelName, labelKey, withLabel } from '../label-set.ts';
import type { AggregatePlan, StringPlan } from '../plan-node.ts';
import { positionalNumber } from '../positional-number.ts';
import { createMatrixBuilder, sampleAt, type StepMatrix } from '../step-matrix.ts';
import { groupLabels } from './grouping.ts';
import { mergedResult } from './merge-rows.ts';
import type { Query } from './query.ts';

/** `count_values("label", …)`: how often each value is there, with the value as a label. */
export async function countValues(plan: AggregatePlan, input: StepMatrix, query: Query): Promise<StepMatrix> {
  const { steps } = input;
  const name = (plan.param as StringPlan).value;
  if (!isLabelName(name)) throw new QueryError('execution', `invalid label name ${JSON.stringify(name)}`);
  const names = plan.without ? plan.grouping : [...plan.grouping, name];
  const builder = createMatrixBuilder(steps, input.series.length);
  const rows = new Map<string, number>();
  for (const [row, { labels }] of input.series.entries()) {
    for (let step = 0; step < steps; step += 1) {
      const sample = sampleAt(input, row * steps + step);
      if (sample === undefined) continue;
      const value = typeof sample === 'number' ? positionalNumber(sample) : formatHistogram(sample);
      const group = groupLabels(withLabel(labels, name, value), names, plan.without);
      const known = rows.get(labelKey(group));
      if (known === undefined) {
        query.budget.take(steps);
        query.budget.write(name.length + value.length);
      }
      const target = known ?? builder.addRow({ labels: group, dropName: false });
      rows.set(labelKey(group), target);
      const cell = target * steps + step;
      builder.setFloat(cell, builder.values[cell]! + 1);
      if (query.budget.spent(50)) await query.budget.pause();
    }
  }
  return mergedResult(builder.build(), query);
}
