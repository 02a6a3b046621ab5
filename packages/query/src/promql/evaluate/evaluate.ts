import { rangeFunctions } from '../functions/range-functions.ts';
import { scalarMatrix } from '../functions/vector-function.ts';
import { vectorFunctions } from '../functions/vector-functions.ts';
import type { CallPlan, Plan, UnaryPlan } from '../plan-node.ts';
import { emptyMatrix, type StepMatrix } from '../step-matrix.ts';
import { evaluateAggregate } from './aggregate.ts';
import { evaluateBinary } from './binary.ts';
import type { Query, Steps } from './query.ts';
import { evaluateRangeCall } from './range-call.ts';
import { evaluateSelector } from './selector.ts';
import { smoothedSelector } from './smoothed-selector.ts';
import { evaluateUnary, repeated } from './unary.ts';

/** The values of an expression at all steps. */
export async function evaluate(plan: Plan, steps: Steps, query: Query): Promise<StepMatrix> {
  query.budget.check();
  if (steps.count === 0) return emptyMatrix(0);
  const before = query.budget.samples;
  // One row at least; a subquery may have more steps than any memory.
  query.budget.take(steps.count);
  const once = plan.invariant && steps.count > 1 && plan.kind !== 'number';
  const matrix = once ? await evaluateOnce(plan, steps, query) : await evaluateNode(plan, steps, query);
  // What was needed on the way is gone by now.
  query.budget.reset(before);
  query.budget.take(matrix.values.length);
  return matrix;
}

/** What is the same at all steps is evaluated at the first. */
async function evaluateOnce(plan: Plan, steps: Steps, query: Query): Promise<StepMatrix> {
  const matrix = await evaluateNode(plan, { ...steps, count: 1 }, query);
  query.budget.take(matrix.series.length * steps.count);
  return repeated(matrix, steps.count);
}

function evaluateNode(plan: Plan, steps: Steps, query: Query): Promise<StepMatrix> | StepMatrix {
  switch (plan.kind) {
    case 'number':
      return scalarMatrix(steps.count, () => plan.value);
    case 'selector':
      return plan.extension === 'smoothed'
        ? smoothedSelector(plan, steps, query)
        : evaluateSelector(plan, query.seriesOf(plan), steps, query);
    case 'call':
      return evaluateCall(plan, steps, query);
    case 'aggregate':
      return evaluateAggregate(plan, steps, query);
    case 'binary':
      return evaluateBinary(plan, steps, query);
    default:
      return evaluateUnary(plan as UnaryPlan, steps, query);
  }
}

function evaluateCall(call: CallPlan, steps: Steps, query: Query): Promise<StepMatrix> {
  const ofRange = rangeFunctions[call.name];
  if (ofRange !== undefined) return evaluateRangeCall(call, ofRange, steps, query);
  return vectorFunctions[call.name]!(call, steps, query);
}
