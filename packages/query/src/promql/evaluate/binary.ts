import { QueryError } from '../../query-error.ts';
import { isSetOperator } from '../operators.ts';
import { scalarMatrix } from '../functions/vector-function.ts';
import type { BinaryPlan } from '../plan-node.ts';
import type { StepMatrix } from '../step-matrix.ts';
import { arithmetic, comparisons } from './element-operation.ts';
import { matchVectors } from './match-vectors.ts';
import type { Query, Steps } from './query.ts';
import { scalarAndVector } from './scalar-and-vector.ts';
import { setOperation } from './set-operation.ts';

/** `left op right`. Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operators */
export async function evaluateBinary(plan: BinaryPlan, steps: Steps, query: Query): Promise<StepMatrix> {
  const left = await query.evaluate(plan.left, steps);
  const right = await query.evaluate(plan.right, steps);
  const leftIsScalar = plan.left.type === 'scalar';
  const rightIsScalar = plan.right.type === 'scalar';
  if (leftIsScalar && rightIsScalar) return ofScalars(plan, left, right);
  if (leftIsScalar) return scalarAndVector(plan, right, left, true, query);
  if (rightIsScalar) return scalarAndVector(plan, left, right, false, query);
  return isSetOperator(plan.op)
    ? setOperation(plan, left, right, query)
    : matchVectors(plan, left, right, query);
}

function ofScalars({ op }: BinaryPlan, left: StepMatrix, right: StepMatrix): StepMatrix {
  const compute = arithmetic[op];
  const compare = comparisons[op];
  if (compute === undefined && compare === undefined)
    throw new QueryError('execution', `operator "${op}" not allowed for Scalar operations`);
  return scalarMatrix(left.steps, (step) => {
    const [a, b] = [left.values[step]!, right.values[step]!];
    return compute === undefined ? Number(compare!(a, b)) : compute(a, b);
  });
}
