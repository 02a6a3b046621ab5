import type { CallPlan } from '../plan-node.ts';
import type { StepMatrix } from '../step-matrix.ts';
import type { Query, Steps } from '../evaluate/query.ts';

/** A function of anything but a range: from its call to its values at all steps. */
export type VectorFunction = (call: CallPlan, steps: Steps, query: Query) => Promise<StepMatrix>;

/** One argument that has values, evaluated: that it is there was checked when the query was read. */
export function evaluateArg(
  { args }: CallPlan,
  index: number,
  steps: Steps,
  query: Query,
): Promise<StepMatrix> {
  return query.evaluate(args[index]!, steps);
}

/** The arguments that have values, evaluated; of a text there is none. The first one always has. */
export async function evaluateArgs(
  { args }: CallPlan,
  steps: Steps,
  query: Query,
): Promise<readonly [StepMatrix, ...StepMatrix[]]> {
  const values: StepMatrix[] = [];
  for (const arg of args) {
    // oxlint-disable-next-line no-await-in-loop -- in their order, as Prometheus evaluates them
    if (arg.type !== 'string') values.push(await query.evaluate(arg, steps));
  }
  return values as [StepMatrix, ...StepMatrix[]];
}

/** The texts among the arguments, from one of them on. */
export function textArgs({ args }: CallPlan, from = 0): readonly string[] {
  return args.slice(from).flatMap((arg) => (arg.kind === 'string' ? [arg.value] : []));
}

/** One row of numbers, as a scalar has it. */
export function scalarMatrix(steps: number, value: (step: number) => number): StepMatrix {
  const values = new Float64Array(steps);
  for (let step = 0; step < steps; step += 1) values[step] = value(step);
  const series = [{ labels: { names: [], values: [], key: '' }, dropName: false }];
  return { series, steps, kinds: new Uint8Array(steps).fill(1), values, histograms: new Map() };
}
