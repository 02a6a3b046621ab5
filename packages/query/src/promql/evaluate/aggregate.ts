/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { messages } from '../messages.ts';
import type { AggregatePlan } from '../plan-node.ts';
import { createMatrixBuilder, FLOAT, HISTOGRAM, type StepMatrix } from '../step-matrix.ts';
import { accumulators } from './accumulators.ts';
import { countValues } from './count-values.ts';
import { groupRows } from './grouping.ts';
import { histogramAccumulator } from './histogram-accumulator.ts';
import { limitRatio } from './limit-ratio.ts';
import { quantileOfGroups } from './quantile-of-groups.ts';
import type { Query, Steps } from './query.ts';
import { selectRows } from './select-rows.ts';

/** `sum by (…) (…)` and the like. Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators */
export async function evaluateAggregate(
  plan: AggregatePlan,
  steps: Steps,
  query: Query,
): Promise<StepMatrix> {
  const { op } = plan;
  if (op === 'count_values') return countValues(plan, await query.evaluate(plan.expression, steps), query);
  const params = plan.param === undefined ? undefined : await query.evaluate(plan.param, steps);
  const input = await query.evaluate(plan.expression, steps);
  if (params !== undefined) {
    if (op === 'quantile') return quantileOfGroups(plan, input, params, query);
    return op === 'limit_ratio'
      ? limitRatio(plan, input, params, query)
      : selectRows(plan, input, params, query);
  }
  return accumulate(plan, input, query);
}

/** Row by row into one number a group and step, so that each row is read once and in the order of memory. */
async function accumulate(plan: AggregatePlan, input: StepMatrix, query: Query): Promise<StepMatrix> {
  const { steps } = input;
  const { groupOf, groups } = await groupRows(input, plan.grouping, plan.without, query.budget);
  const cells = groups.length * steps;
  query.budget.take(cells);
  const accumulator = accumulators[plan.op]!(cells, query.compatibility);
  const takesHistograms = plan.op === 'sum' || plan.op === 'avg';
  const histograms = takesHistograms ? histogramAccumulator(plan, query) : undefined;
  const seen = new Uint8Array(cells);
  for (let row = 0; row < input.series.length; row += 1) {
    const from = row * steps;
    const to = groupOf[row]! * steps;
    for (let step = 0; step < steps; step += 1) {
      const kind = input.kinds[from + step];
      const cell = to + step;
      if (kind === FLOAT) {
        accumulator.add(cell, input.values[from + step]!, seen[cell] === 0 || seen[cell] === HISTOGRAM);
        seen[cell] = seen[cell]! | FLOAT;
      } else if (kind === HISTOGRAM) {
        if (histograms !== undefined) {
          histograms.add(cell, input.histograms.get(from + step)!, input.series[row]!.labels);
          seen[cell] = seen[cell]! | HISTOGRAM;
        } else if (plan.op === 'count' || plan.op === 'group') {
          accumulator.add(cell, 0, seen[cell] === 0);
          seen[cell] = seen[cell]! | FLOAT;
        } else {
          query.notes.info(messages.ignoredInAggregation(plan.op), plan.expression.position);
        }
      }
    }
    if (query.budget.spent(steps + 5)) await query.budget.pause();
  }
  const builder = createMatrixBuilder(steps, groups.length);
  for (const [group, series] of groups.entries()) {
    const row = builder.addRow(series) * steps;
    for (let step = 0; step < steps; step += 1) {
      const cell = group * steps + step;
      if (seen[cell] === FLOAT) builder.setFloat(row + step, accumulator.result(cell));
      else if (seen[cell] === HISTOGRAM) builder.set(row + step, histograms?.result(cell));
      else if (seen[cell] === (FLOAT | HISTOGRAM)) {
        query.notes.warn(messages.mixedFloatsHistogramsInAggregation, plan.expression.position);
      }
    }
    builder.dropLastRowIfEmpty();
  }
  return builder.build();
}
