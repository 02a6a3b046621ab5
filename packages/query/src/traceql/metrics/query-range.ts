import { QueryError } from '../../query-error.ts';
import { createBudget } from '../run/budget.ts';
import type { Budget, QueryOptions } from '../run/budget.ts';
import { needsOf } from '../fetch/needs.ts';
import type { TraceSource } from '../source.ts';
import type { MetricsExpression, Query } from '../syntax/ast.ts';
import { isNoop } from '../syntax/noop.ts';
import { parseTraceql } from '../syntax/parse.ts';
import { leavesOf } from '../syntax/validate.ts';
import { createLeafEvaluator } from './evaluate-leaf.ts';
import type { Leaf } from './evaluate-leaf.ts';
import { defaultStepNs, instantInterval, rangeIntervals } from './interval.ts';
import type { Intervals } from './interval.ts';
import { combineSeries } from './math-expression.ts';
import { applyStages } from './second-stage.ts';
import type { SeriesSet } from './series.ts';
import { seriesResults } from './series-result.ts';
import type { MetricSeriesResult } from './series-result.ts';

export interface InstantOptions extends QueryOptions {
  /** Spans that start after it count, since 1970 [ns]. */
  readonly startNs: bigint;
  /** And not after this. */
  readonly endNs: bigint;
}

export interface RangeOptions extends InstantOptions {
  /** Default: some 240 points in the range. */
  readonly stepNs?: bigint | undefined;
  /** Most exemplars of all series together; the hint `exemplars` counts before it. Default 100. */
  readonly exemplars?: number | undefined;
}

/** Series in the order of their labels. */
export interface MetricsResponse {
  readonly series: readonly MetricSeriesResult[];
}

const defaultExemplars = 100;

/**
 * Series over a range, as `/api/metrics/query_range` of Tempo has them: the range is widened to whole steps, and a step
 * is named by its end.
 *
 * @throws {QueryError} `bad_data` for a query that is none of metrics; `execution`, `limit`, `timeout` and `canceled`
 */
export async function queryTraceMetrics(
  source: TraceSource,
  query: string,
  options: RangeOptions,
): Promise<MetricsResponse> {
  const { startNs, endNs } = options;
  checkRange(startNs, endNs);
  const stepNs = options.stepNs ?? defaultStepNs(startNs, endNs);
  if (stepNs <= 0n) throw new QueryError('bad_data', 'step must be greater than 0');
  return run(
    source,
    query,
    rangeIntervals(startNs, endNs, stepNs),
    options,
    options.exemplars ?? defaultExemplars,
  );
}

/**
 * One value a series for a whole range, as `/api/metrics/query` of Tempo has it.
 *
 * @throws {QueryError} as {@link queryTraceMetrics}
 */
export async function queryTraceMetricsInstant(
  source: TraceSource,
  query: string,
  options: InstantOptions,
): Promise<MetricsResponse> {
  checkRange(options.startNs, options.endNs);
  return run(source, query, instantInterval(options.startNs, options.endNs), options, 0);
}

function checkRange(startNs: bigint, endNs: bigint): void {
  if (startNs < 0n || endNs <= startNs) throw new QueryError('bad_data', 'end must be greater than start');
}

async function run(
  source: TraceSource,
  text: string,
  intervals: Intervals,
  options: QueryOptions,
  exemplars: number,
): Promise<MetricsResponse> {
  const query = parseTraceql(text);
  const { root } = query;
  if (root.kind === 'pipeline') throw new QueryError('bad_data', 'not a metrics query');
  if (leavesOf(root).every(({ pipeline }) => isNoop(pipeline))) return { series: [] };
  const budget = createBudget(options);
  try {
    const { maxSteps } = budget.limits;
    if (intervals.count > maxSteps) {
      throw new QueryError('limit', `query would have ${intervals.count} steps, more than ${maxSteps}`);
    }
    const limit = exemplarLimit(query, exemplars);
    const leaves = await evaluateLeaves(source, root, intervals, budget, limit, extrapolates(query));
    return { series: seriesResults(evaluate(root, leaves), intervals) };
  } finally {
    budget.dispose();
  }
}

/** The hint, when it is a number or false; true is what there is without it. */
function exemplarLimit({ hints }: Query, given: number): number {
  const hint = hints.get('exemplars');
  if (hint?.type === 'int') return Math.max(Math.min(Number(hint.value), defaultExemplars), 0);
  return hint?.type === 'boolean' && !hint.value ? 0 : given;
}

function extrapolates({ hints }: Query): boolean {
  const hint = hints.get('extrapolate');
  return hint?.type === 'boolean' && hint.value;
}

/** All parts of an expression are fed in one walk over the traces. */
async function evaluateLeaves(
  source: TraceSource,
  root: MetricsExpression,
  intervals: Intervals,
  budget: Budget,
  exemplars: number,
  extrapolate: boolean,
): Promise<ReadonlyMap<Leaf, SeriesSet>> {
  const leaves = leavesOf(root);
  const own = exemplars === 0 ? 0 : Math.max(Math.floor(exemplars / leaves.length), 1);
  const evaluators = leaves.map((leaf) => ({
    leaf,
    evaluator: createLeafEvaluator(leaf, { intervals, budget, exemplars: own, extrapolate }),
  }));
  const range = { fromNs: intervals.startNs, toNs: intervals.endNs };
  // What several parts need is not needed of one trace.
  const needs = leaves.length === 1 ? leaves.flatMap(({ pipeline }) => needsOf(pipeline)) : [];
  for await (const trace of source.traces(range, budget.signal, needs)) {
    await budget.pause();
    budget.spans(trace.spans.length * leaves.length);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (const { evaluator } of evaluators) await evaluator.add(trace);
  }
  return new Map(evaluators.map(({ leaf, evaluator }) => [leaf, evaluator.result()]));
}

function evaluate(expression: MetricsExpression, leaves: ReadonlyMap<Leaf, SeriesSet>): SeriesSet {
  const series =
    expression.kind === 'metrics'
      ? leaves.get(expression)!
      : combineSeries(expression.op, evaluate(expression.left, leaves), evaluate(expression.right, leaves));
  return applyStages(series, expression.second);
}
