/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { mergedResult } from '../evaluate/merge-rows.ts';
import { nameless } from '../evaluate/names.ts';
import type { Query } from '../evaluate/query.ts';
import { larger, smaller } from '../go-math.ts';
import type { FloatHistogram } from '../histogram/index.ts';
import { createMatrixBuilder, FLOAT, HISTOGRAM, type StepMatrix } from '../step-matrix.ts';
import { dateFunctions } from './dates.ts';
import { eachFloat } from './each-float.ts';
import { eachHistogram } from './each-histogram.ts';
import { evaluateArg, evaluateArgs, scalarMatrix, type VectorFunction } from './vector-function.ts';

type OfFloat = (value: number, args: readonly number[]) => number | undefined;

/** Each float of the first argument by itself, with the numbers of the others at that step; histograms are left out. */
function ofFloats(compute: OfFloat): VectorFunction {
  return async (call, steps, query) => {
    const [vector, ...others] = await evaluateArgs(call, steps, query);
    return mapFloats(vector, others, compute, query);
  };
}

async function mapFloats(
  vector: StepMatrix,
  others: readonly StepMatrix[],
  compute: OfFloat,
  query: Query,
): Promise<StepMatrix> {
  const { steps } = vector;
  const builder = createMatrixBuilder(steps, vector.series.length);
  const args = others.map(() => 0);
  for (const [row, series] of vector.series.entries()) {
    const target = builder.addRow(nameless(series, query)) * steps;
    query.budget.take(steps);
    for (let step = 0; step < steps; step += 1) {
      const cell = row * steps + step;
      if (vector.kinds[cell] !== FLOAT) continue;
      for (let index = 0; index < args.length; index += 1) args[index] = others[index]!.values[step]!;
      const value = compute(vector.values[cell]!, args);
      if (value !== undefined) builder.setFloat(target + step, value);
    }
    builder.dropLastRowIfEmpty();
    if (query.budget.spent(steps + 10)) await query.budget.pause();
  }
  return mergedResult(builder.build(), query);
}

/** Each native histogram of the argument by itself; floats are left out. */
function ofHistograms(compute: (histogram: FloatHistogram) => number): VectorFunction {
  return async (call, steps, query) => {
    const vector = await evaluateArg(call, 0, steps, query);
    const builder = createMatrixBuilder(steps.count, 1);
    for (const [row, series] of vector.series.entries()) {
      const target = builder.addRow(nameless(series, query)) * steps.count;
      for (let step = 0; step < steps.count; step += 1) {
        const cell = row * steps.count + step;
        const histogram = vector.kinds[cell] === HISTOGRAM ? vector.histograms.get(cell) : undefined;
        if (histogram !== undefined) builder.setFloat(target + step, compute(histogram));
      }
      builder.dropLastRowIfEmpty();
      if (query.budget.spent(steps.count + 10)) await query.budget.pause();
    }
    return mergedResult(builder.build(), query);
  };
}

/** Of a time, or with no argument of the time at which the query asks. */
function ofDate(compute: (seconds: number) => number): VectorFunction {
  const each = ofFloats(compute);
  return (call, steps, query) => {
    if (call.args.length > 0) return each(call, steps, query);
    const now = (step: number): number => Math.trunc((steps.startMs + step * steps.stepMs) / 1000);
    return Promise.resolve(scalarMatrix(steps.count, (step) => compute(now(step))));
  };
}

function clamp(value: number, least: number, most: number): number | undefined {
  return most < least ? undefined : larger(least, smaller(most, value));
}

function all<Compute>(
  table: Readonly<Record<string, Compute>>,
  make: (compute: Compute) => VectorFunction,
): Record<string, VectorFunction> {
  return Object.fromEntries(Object.entries(table).map(([name, compute]) => [name, make(compute)]));
}

/** Functions that look at one sample at a time. */
export const simpleFunctions: Readonly<Record<string, VectorFunction>> = {
  ...all(eachFloat, (compute) => ofFloats((value) => compute(value))),
  ...all(eachHistogram, ofHistograms),
  ...all(dateFunctions, ofDate),
  clamp: ofFloats((value, [least = 0, most = 0]) => clamp(value, least, most)),
  clamp_max: ofFloats((value, [most = 0]) => clamp(value, Number.NEGATIVE_INFINITY, most)),
  clamp_min: ofFloats((value, [least = 0]) => clamp(value, least, Number.POSITIVE_INFINITY)),
  // Halves go up. Multiplying by the inverse is what Prometheus does, and the last bits depend on it.
  round: ofFloats((value, [toNearest = 1]) => {
    const inverse = 1 / toNearest;
    return Math.floor(value * inverse + 0.5) / inverse;
  }),
};
