import type { Labels } from '../../labels.ts';
import { QueryError } from '../../query-error.ts';
import type { LogSource } from '../log-source.ts';
import type { MatrixSeries } from '../../promql/result.ts';
import type { LogqlResult } from '../result.ts';
import type { MetricExpression } from '../syntax/ast.ts';
import { msFromNanoseconds } from '../values/nanoseconds.ts';
import { metricEvaluator } from './metric-evaluator.ts';
import type { QueryBudget } from './query-budget.ts';
import { tooManySeries } from './range-evaluator.ts';
import { compareLabels, createSeriesTable } from './series-table.ts';
import type { Sample, Series } from './series-table.ts';
import type { Steps } from './step-evaluator.ts';

/** Evaluates an expression at one time. Series are sorted by their labels, unless the query sorts them. */
export async function evaluateInstant(
  expression: MetricExpression,
  timeNs: bigint,
  source: LogSource,
  budget: QueryBudget,
): Promise<LogqlResult> {
  const timeMs = msFromNanoseconds(timeNs);
  if (expression.type === 'literal') return { type: 'scalar', timeMs, value: expression.value };
  let samples: readonly Sample[] = [];
  await eachStep(expression, { startNs: timeNs, stepNs: 1n, count: 1 }, source, budget, (_step, found) => {
    samples = found;
  });
  const sorted = hasSort(expression)
    ? samples
    : samples.toSorted((left, right) => compareLabels(left.series.labels, right.series.labels));
  return {
    type: 'vector',
    vector: sorted.map(({ series, value }) => ({ labels: series.labels, timeMs, value })),
  };
}

export interface TimeRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepNs: bigint;
}

/** Evaluates an expression at every step of a range; series are sorted by their labels. */
export async function evaluateRange(
  expression: MetricExpression,
  { startNs, endNs, stepNs }: TimeRange,
  source: LogSource,
  budget: QueryBudget,
): Promise<LogqlResult> {
  if (stepNs <= 0n) {
    throw new QueryError(
      'bad_data',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  const count = (endNs - startNs) / stepNs + 1n;
  if (count > BigInt(budget.limits.maxSteps)) {
    const most = budget.limits.maxSteps.toLocaleString('en-US');
    throw new QueryError(
      'bad_data',
      `exceeded maximum resolution of ${most} points per time series. Try increasing the value of the step parameter`,
    );
  }
  const steps: Steps = { startNs, stepNs, count: Number(count) };
  const timeOf = (step: number): number => msFromNanoseconds(startNs + BigInt(step) * stepNs);
  if (expression.type === 'literal') {
    const values = Float64Array.from({ length: steps.count }, () => expression.value);
    const timesMs = Float64Array.from({ length: steps.count }, (_value, step) => timeOf(step));
    return { type: 'matrix', matrix: [floatSeries({}, timesMs, values)] };
  }
  const rows = new Map<Series, { readonly steps: number[]; readonly values: number[] }>();
  await eachStep(expression, steps, source, budget, (step, samples) => {
    for (const { series, value } of samples) {
      let row = rows.get(series);
      if (row === undefined) {
        row = { steps: [], values: [] };
        rows.set(series, row);
        if (rows.size > budget.limits.maxSeries) throw tooManySeries(budget.limits.maxSeries);
      }
      row.steps.push(step);
      row.values.push(value);
    }
    budget.hold(samples.length);
  });
  const series = [...rows].map(([{ labels }, row]) =>
    floatSeries(labels, Float64Array.from(row.steps, timeOf), Float64Array.from(row.values)),
  );
  return {
    type: 'matrix',
    matrix: series.toSorted((left, right) => compareLabels(left.labels, right.labels)),
  };
}

/** A series without native histograms: log lines give none. */
function floatSeries(labels: Labels, timesMs: Float64Array, values: Float64Array): MatrixSeries {
  return { labels, timesMs, values, histogramTimesMs: new Float64Array(), histograms: [] };
}

async function eachStep(
  expression: MetricExpression,
  steps: Steps,
  source: LogSource,
  budget: QueryBudget,
  visit: (step: number, samples: readonly Sample[]) => void,
): Promise<void> {
  const evaluator = await metricEvaluator(expression, {
    source,
    budget,
    steps,
    table: createSeriesTable((pairs) => budget.keep(pairs)),
  });
  try {
    for (let step = 0; step < steps.count; step += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one step after the other
      visit(step, await evaluator.next());
      const pauses = budget.pause();
      // oxlint-disable-next-line no-await-in-loop -- one step after the other
      if (pauses !== undefined) await pauses;
    }
  } finally {
    evaluator.close();
  }
}

/** Whether `sort` or `sort_desc` is anywhere in it: then the order of the samples is that of the evaluation. */
function hasSort(expression: MetricExpression): boolean {
  switch (expression.type) {
    case 'vector-aggregation': {
      return (
        expression.operation === 'sort' || expression.operation === 'sort_desc' || hasSort(expression.operand)
      );
    }
    case 'label-replace': {
      return hasSort(expression.operand);
    }
    case 'binary': {
      return hasSort(expression.left) || hasSort(expression.right);
    }
    default: {
      return false;
    }
  }
}
