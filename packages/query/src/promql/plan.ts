import { QueryError } from '../query-error.ts';
import {
  type AtModifier,
  type DurationExpression,
  type Expression,
  unwrapped,
  type VectorSelector,
} from './ast.ts';
import type { Plan, SelectorPlan } from './plan-node.ts';
import { resolveDurationMs } from './resolve-duration.ts';
import { valueType } from './value-type.ts';

export interface PlanOptions {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 of an instant query. */
  readonly stepMs: number;
  /** Step of a subquery without one. */
  readonly defaultStepMs: number;
}

/** Functions whose value depends on when they are asked, also when their arguments do not. */
const timeDependent: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
]);

/** Functions that need no more of a native histogram than its count and its sum, and those that need its buckets. */
const ofStatistics: ReadonlySet<string> = new Set(['histogram_avg', 'histogram_count', 'histogram_sum']);
const ofBuckets: ReadonlySet<string> = new Set([
  'histogram_fraction',
  'histogram_quantile',
  'histogram_quantiles',
]);

/** What the expressions around one need of native histograms: buckets decide, wherever they stand. */
type Needed = 'unknown' | 'statistics' | 'buckets';

function neededIn(expression: Expression, outside: Needed): Needed {
  if (outside === 'buckets' || expression.kind === 'subquery') return 'buckets';
  if (expression.kind === 'binary' && (expression.op === '</' || expression.op === '>/')) return 'buckets';
  if (expression.kind !== 'call') return outside;
  if (ofBuckets.has(expression.name)) return 'buckets';
  return ofStatistics.has(expression.name) ? 'statistics' : outside;
}

/** Resolves durations, `@ start()`, `start()`, `step()` and the like for one query. */
export function createPlan(expression: Expression, options: PlanOptions, needed: Needed = 'unknown'): Plan {
  const neededInside = neededIn(expression, needed);
  const plan = (inner: Expression): Plan => createPlan(inner, options, neededInside);
  const { position } = expression;
  const type = valueType(expression);
  switch (expression.kind) {
    case 'parentheses':
      return plan(unwrapped(expression));
    case 'number':
    case 'string':
      return { ...expression, type, invariant: true };
    case 'selector':
      return selectorPlan(expression, options, needed);
    case 'range': {
      const selector = selectorPlan(expression.selector, options, needed);
      const rangeMs = positiveMs(expression.range, options);
      return { kind: 'range', selector, rangeMs, position, type, invariant: selector.invariant };
    }
    case 'subquery': {
      const atMs = atTime(expression.at, options);
      return {
        kind: 'subquery',
        expression: plan(expression.expression),
        rangeMs: positiveMs(expression.range, options),
        stepMs: expression.step === undefined ? options.defaultStepMs : positiveMs(expression.step, options),
        offsetMs: offset(expression.offset, options),
        atMs,
        // Prometheus has forgotten it by the time that a function looks at the values: what it says of them names the beginning.
        position: { from: 0, to: 0 },
        type,
        invariant: atMs !== undefined,
      };
    }
    case 'call': {
      const ofQuery = queryNumber(expression.name, options);
      if (ofQuery !== undefined) return { kind: 'number', value: ofQuery, position, type, invariant: true };
      const args = expression.args.map(plan);
      const invariant = isInvariantCall(expression.name, args);
      return { kind: 'call', name: expression.name, args, position, type, invariant };
    }
    case 'aggregate': {
      const { op, grouping, without } = expression;
      const param = expression.param === undefined ? undefined : plan(expression.param);
      const inner = plan(expression.expression);
      // Whether the parameter changes from step to step is not asked: Prometheus does not ask either.
      const { invariant } = inner;
      return {
        kind: 'aggregate',
        op,
        param,
        expression: inner,
        grouping,
        without,
        position,
        type,
        invariant,
      };
    }
    case 'binary': {
      const left = plan(expression.left);
      const right = plan(expression.right);
      return { ...expression, left, right, type, invariant: left.invariant && right.invariant };
    }
    default: {
      const operand = plan(expression.operand);
      return { kind: 'unary', op: expression.op, operand, position, type, invariant: operand.invariant };
    }
  }
}

function selectorPlan(selector: VectorSelector, options: PlanOptions, needed: Needed): SelectorPlan {
  const atMs = atTime(selector.at, options);
  return {
    kind: 'selector',
    matchers: selector.matchers,
    offsetMs: offset(selector.offset, options),
    atMs,
    extension: selector.extension,
    statisticsOnly: needed === 'statistics',
    position: selector.position,
    type: 'vector',
    invariant: atMs !== undefined,
  };
}

function isInvariantCall(name: string, args: readonly Plan[]): boolean {
  if (name === 'timestamp') return args.every((arg) => arg.kind === 'selector' && arg.invariant);
  return !timeDependent.has(name) && args.every((arg) => arg.invariant);
}

function atTime(at: AtModifier | undefined, { startMs, endMs }: PlanOptions): number | undefined {
  if (at === undefined) return undefined;
  if (at.kind === 'time') return at.timeMs;
  return at.kind === 'start' ? startMs : endMs;
}

function offset(duration: DurationExpression | undefined, options: PlanOptions): number {
  return duration === undefined ? 0 : resolveDurationMs(duration, options);
}

function positiveMs(duration: DurationExpression, options: PlanOptions): number {
  const ms = resolveDurationMs(duration, options);
  if (ms > 0 || (duration.kind === 'seconds' && duration.value > 0)) return ms;
  const { from, to } = duration.position;
  throw new QueryError('bad_data', `${from}:${to}: duration must be greater than 0`, duration.position);
}

/** `start()` and its kin are numbers [s] as soon as it is known what query they stand in. */
function queryNumber(name: string, { startMs, endMs, stepMs }: PlanOptions): number | undefined {
  switch (name) {
    case 'start':
      return startMs / 1000;
    case 'end':
      return endMs / 1000;
    case 'range':
      return (endMs - startMs) / 1000;
    case 'step':
      return startMs === endMs ? 0 : stepMs / 1000;
    default:
      return undefined;
  }
}
