import { parseOptions } from '@sightline/errors';
import { QueryError } from '../query-error.ts';
import { createNotes, type Notes } from './annotations.ts';
import type { Expression } from './ast.ts';
import { type Budget, createBudget } from './budget.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { withStatisticsOnly } from './evaluate/histogram-statistics.ts';
import { createLoader, selectionsOf } from './evaluate/load.ts';
import { withNamesRemoved } from './evaluate/merge-rows.ts';
import type { LoadedSeries, Query, Steps } from './evaluate/query.ts';
import { rangeVector } from './evaluate/range-vector.ts';
import { type PromqlOptions, promqlOptionsSchema, type ResolvedPromqlOptions } from './options.ts';
import { createPlan, type PlanOptions } from './plan.ts';
import type { Plan, SelectorPlan } from './plan-node.ts';
import { matrixOf, vectorOf } from './read-matrix.ts';
import type { PromqlMatrix, PromqlResult, PromqlValue } from './result.ts';
import type { StepMatrix } from './step-matrix.ts';
import { parsePromql } from './syntax/parse.ts';
import { valueType } from './value-type.ts';

export interface InstantQuery {
  /** When the query asks, since 1970 [ms]. */
  readonly timeMs: number;
  /** Ends the query when nobody waits for it. */
  readonly signal?: AbortSignal;
}

export interface RangeQuery {
  /** The first and the last time at which the query asks, since 1970 [ms]. */
  readonly startMs: number;
  readonly endMs: number;
  /** Above 0. */
  readonly stepMs: number;
  readonly signal?: AbortSignal;
}

/** Evaluates PromQL. Each method rejects with a `QueryError`. */
export interface PromqlEngine {
  /** The value of an expression at one time. */
  instant(query: string, options: InstantQuery): Promise<PromqlResult>;
  /** The values of an instant vector or a scalar at many times. */
  range(query: string, options: RangeQuery): Promise<PromqlMatrix>;
}

/**
 * @example
 * const engine = createPromqlEngine({ source: series });
 * const result = await engine.instant('sum by (route) (rate(requests_total[5m]))', { timeMs: Date.now() });
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when an option is wrong
 */
export function createPromqlEngine(options: PromqlOptions): PromqlEngine {
  const resolved = parseOptions('createPromqlEngine', promqlOptionsSchema, options);
  return {
    async instant(text, { timeMs, signal }) {
      const atMs = Math.trunc(timeMs);
      const steps = { startMs: atMs, stepMs: 1, count: 1 };
      const times = { startMs: atMs, endMs: atMs, stepMs: 0 };
      return run(resolved, text, steps, times, signal, (expression, plan, query) =>
        instantValue(expression, plan, steps, query),
      );
    },
    async range(text, range) {
      const steps = rangeSteps(range, resolved);
      return run(resolved, text, steps, range, range.signal, (expression, plan, query) =>
        rangeValue(expression, plan, steps, query),
      );
    },
  };
}

/** Makes what the evaluation of one query needs, and takes it down. */
async function run<Value extends PromqlValue>(
  options: ResolvedPromqlOptions,
  text: string,
  steps: Steps,
  times: Pick<PlanOptions, 'startMs' | 'endMs' | 'stepMs'>,
  signal: AbortSignal | undefined,
  compute: (expression: Expression, plan: Plan, query: Query) => Promise<Value>,
): Promise<Value & { readonly annotations: ReturnType<Notes['result']> }> {
  const expression = parsePromql(text);
  // What `@ end()` means is the end that was asked for, also when no step falls on it.
  const { startMs, endMs, stepMs } = times;
  const plan = createPlan(expression, { startMs, endMs, stepMs, defaultStepMs: options.defaultStepMs });
  const budget = createBudget(options.limits, signal);
  const notes = createNotes();
  try {
    budget.check();
    const query = await createQuery(options, plan, steps, budget, notes);
    const value = await compute(expression, plan, query);
    return { ...value, annotations: notes.result(text) };
  } catch (error) {
    throw asQueryError(error, budget);
  } finally {
    budget.dispose();
  }
}

async function createQuery(
  options: ResolvedPromqlOptions,
  plan: Plan,
  steps: Steps,
  budget: Budget,
  notes: Notes,
): Promise<Query> {
  const load = createLoader(options.source, options.limits, budget);
  const loaded = new Map<SelectorPlan, readonly LoadedSeries[]>();
  for (const { selector, range } of selectionsOf(plan, steps, options)) {
    // oxlint-disable-next-line no-await-in-loop -- one selector after the other, so that the limits hold
    const series = await load(selector.matchers, range);
    loaded.set(selector, selector.statisticsOnly ? series.map(withStatisticsOnly) : series);
  }
  const query: Query = {
    ...options,
    budget,
    notes,
    seriesOf: (selector) => loaded.get(selector)!,
    load,
    evaluate: (inner, when) => evaluate(inner, when, query),
  };
  return query;
}

async function instantValue(
  expression: Expression,
  plan: Plan,
  steps: Steps,
  query: Query,
): Promise<PromqlValue> {
  const timeMs = steps.startMs;
  if (plan.kind === 'string') return { type: 'string', timeMs, value: plan.value };
  if (plan.type === 'matrix') return { type: 'matrix', matrix: await rangeVector(plan, steps, query) };
  const matrix = await finished(plan, steps, query);
  if (valueType(expression) === 'scalar') return { type: 'scalar', timeMs, value: matrix.values[0]! };
  return { type: 'vector', vector: vectorOf(matrix, timeMs) };
}

async function rangeValue(
  expression: Expression,
  plan: Plan,
  steps: Steps,
  query: Query,
): Promise<Extract<PromqlValue, { type: 'matrix' }>> {
  const type = valueType(expression);
  if (type !== 'scalar' && type !== 'vector') {
    const shown = type === 'matrix' ? 'range vector' : type;
    throw new QueryError(
      'bad_data',
      `invalid expression type "${shown}" for range query, must be Scalar or instant Vector`,
    );
  }
  return { type: 'matrix', matrix: await matrixOf(await finished(plan, steps, query), steps, query.budget) };
}

async function finished(plan: Plan, steps: Steps, query: Query): Promise<StepMatrix> {
  const matrix = await evaluate(plan, steps, query);
  return query.delayedNameRemoval ? withNamesRemoved(matrix) : matrix;
}

function rangeSteps({ startMs, endMs, stepMs }: RangeQuery, { limits }: ResolvedPromqlOptions): Steps {
  if (endMs < startMs) throw new QueryError('bad_data', 'end timestamp must not be before start time');
  if (!(stepMs > 0)) {
    throw new QueryError(
      'bad_data',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  if (count > limits.maxSteps + 1) {
    const most = limits.maxSteps.toLocaleString('en-US');
    throw new QueryError(
      'limit',
      `exceeded maximum resolution of ${most} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    );
  }
  return { startMs, stepMs, count };
}

/** What the source or the evaluation threw: a query that was ended from outside says so, whatever broke. */
function asQueryError(error: unknown, budget: Budget): QueryError {
  if (error instanceof QueryError) return error;
  try {
    budget.check();
  } catch (ended) {
    return ended as QueryError;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new QueryError('execution', message, undefined, { cause: error });
}
