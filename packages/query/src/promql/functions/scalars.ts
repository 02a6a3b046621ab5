import { larger, smaller } from '../go-math.ts';
import { noLabels } from '../label-set.ts';
import { FLOAT, type StepMatrix } from '../step-matrix.ts';
import { evaluateArg, scalarMatrix, type VectorFunction } from './vector-function.ts';

function ofTwo(compute: (left: number, right: number) => number): VectorFunction {
  return async (call, steps, query) => {
    const left = await evaluateArg(call, 0, steps, query);
    const right = await evaluateArg(call, 1, steps, query);
    return scalarMatrix(steps.count, (step) => compute(left.values[step]!, right.values[step]!));
  };
}

/** The only float at a step; NaN when there is none or more than one. */
function onlyFloat({ series, steps, kinds, values }: StepMatrix, step: number): number {
  let found = Number.NaN;
  let floats = 0;
  for (let row = 0; row < series.length; row += 1) {
    const cell = row * steps + step;
    if (kinds[cell] !== FLOAT) continue;
    floats += 1;
    if (floats > 1) return Number.NaN;
    found = values[cell]!;
  }
  return found;
}

/** Functions that yield one number a step, and the way from a number to a vector. */
export const scalarFunctions: Readonly<Record<string, VectorFunction>> = {
  max_of: ofTwo(larger),
  min_of: ofTwo(smaller),
  pi: (_call, steps) => Promise.resolve(scalarMatrix(steps.count, () => Math.PI)),
  async scalar(call, steps, query) {
    const vector = await evaluateArg(call, 0, steps, query);
    return scalarMatrix(steps.count, (step) => onlyFloat(vector, step));
  },
  time: (_call, steps) =>
    Promise.resolve(scalarMatrix(steps.count, (step) => (steps.startMs + step * steps.stepMs) / 1000)),
  async vector(call, steps, query) {
    const scalar = await evaluateArg(call, 0, steps, query);
    return { ...scalar, series: [{ labels: noLabels, dropName: false }] };
  },
};
