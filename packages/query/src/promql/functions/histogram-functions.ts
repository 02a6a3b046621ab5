/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { mergedResult } from '../evaluate/merge-rows.ts';
import { nameless } from '../evaluate/names.ts';
import type { Query, Steps } from '../evaluate/query.ts';
import { type FloatHistogram, goNumber, histogramFraction, histogramQuantile } from '../histogram/index.ts';
import { withLabel } from '../label-set.ts';
import { messages, monotonicityDetail } from '../messages.ts';
import type { CallPlan, Plan } from '../plan-node.ts';
import {
  createMatrixBuilder,
  HISTOGRAM,
  type MatrixBuilder,
  type StepMatrix,
  type StepSeries,
} from '../step-matrix.ts';
import { type BucketGroup, fillBuckets, groupKey, histogramRows, shownName } from './bucket-groups.ts';
import { classicFraction, classicQuantile } from './classic-buckets.ts';
import { evaluateArg, evaluateArgs, textArgs, type VectorFunction } from './vector-function.ts';

/** What is wanted of each histogram at each step. */
interface Wanted {
  readonly ofNative: (histogram: FloatHistogram, name: string, step: number) => number;
  readonly ofClassic: (group: BucketGroup, step: number) => number;
  /** A label that the result gets. */
  readonly label?: { readonly name: string; readonly value: string };
}

async function ofHistograms(
  vector: StepMatrix,
  arg: Plan,
  query: Query,
  wanteds: readonly Wanted[],
): Promise<StepMatrix> {
  const { steps } = vector;
  const rows = histogramRows(vector, arg, query);
  const builder = createMatrixBuilder(steps, (rows.classic.length + rows.native.length) * wanteds.length);
  for (const wanted of wanteds) {
    for (const row of rows.native) {
      const series = vector.series[row]!;
      const target = addRow(builder, nameless(series, query), steps, wanted);
      const name = shownName(series.labels, query);
      for (let step = 0; step < steps; step += 1) {
        const cell = row * steps + step;
        const histogram = vector.kinds[cell] === HISTOGRAM ? vector.histograms.get(cell) : undefined;
        if (histogram === undefined || rows.conflicts.has(groupKey(series.labels, step))) continue;
        builder.setFloat(target + step, wanted.ofNative(histogram, name, step));
        if (query.budget.spent(100)) await query.budget.pause();
      }
      builder.dropLastRowIfEmpty();
    }
    for (const group of rows.classic) {
      const target = addRow(builder, nameless(group.series, query), steps, wanted);
      query.budget.take(steps);
      for (let step = 0; step < steps; step += 1) {
        if (rows.conflicts.has(groupKey(group.series.labels, step)) || !fillBuckets(group, vector, step))
          continue;
        builder.setFloat(target + step, wanted.ofClassic(group, step));
      }
      builder.dropLastRowIfEmpty();
      if (query.budget.spent(steps * group.rows.length + 20)) await query.budget.pause();
    }
  }
  return mergedResult(builder.build(), query);
}

function addRow(builder: MatrixBuilder, series: StepSeries, steps: number, { label }: Wanted): number {
  const labels = label === undefined ? series.labels : withLabel(series.labels, label.name, label.value);
  return builder.addRow({ ...series, labels }) * steps;
}

/**
 * A quantile that may differ from step to step; a wrong one is told.
 *
 * @param arg that has the histograms
 * @param bent steps of groups whose buckets have been bent already: for the first of several quantiles
 */
function quantile(
  arg: Plan,
  at: (step: number) => number,
  steps: Steps,
  query: Query,
  bent: Set<string>,
): Omit<Wanted, 'label'> {
  const { notes } = query;
  return {
    ofNative(histogram, name, step) {
      const { value, nan } = histogramQuantile(at(step), histogram);
      if (nan !== undefined)
        notes.info(nan === 'result' ? messages.nanResult(name) : messages.nanSkew(name), arg.position);
      return value;
    },
    ofClassic(group, step) {
      const { value, forced } = classicQuantile(at(step), group.buckets);
      const key = forced === undefined ? '' : groupKey(group.series.labels, step);
      if (forced !== undefined && !bent.has(key)) {
        bent.add(key);
        const timeMs = steps.startMs + step * steps.stepMs;
        const detail = monotonicityDetail(timeMs, forced.minBucket, forced.maxBucket, forced.maxDifference);
        notes.info(messages.forcedMonotonicity(shownName(group.series.labels, query)), arg.position, detail);
      }
      return value;
    },
  };
}

function tellWrongQuantiles(scalar: StepMatrix, arg: Plan, { notes }: Query): void {
  const wrong = new Set<number>(scalar.values.filter((value) => !(value >= 0 && value <= 1)));
  for (const value of wrong) notes.warn(messages.invalidQuantile(value), arg.position);
}

/** A number as OpenMetrics writes it: never like a whole one. */
function openMetricsFloat(value: number): string {
  const text = goNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

async function quantiles(call: CallPlan, steps: Steps, query: Query): Promise<StepMatrix> {
  const [vector, ...scalars] = await evaluateArgs(call, steps, query);
  const arg = call.args[0]!;
  const name = textArgs(call)[0]!;
  const bent = new Set<string>();
  const wanteds = scalars.map((scalar, index) => {
    tellWrongQuantiles(scalar, call.args[index + 2]!, query);
    const value = scalar.values[0]!;
    const { ofNative, ofClassic } = quantile(arg, (step) => scalar.values[step]!, steps, query, bent);
    return { ofNative, ofClassic, label: { name, value: openMetricsFloat(value) } };
  });
  return ofHistograms(vector, arg, query, wanteds);
}

/** Functions of classic histograms (by their label `le`) and of native ones. */
export const histogramFunctions: Readonly<Record<string, VectorFunction>> = {
  async histogram_quantile(call, steps, query) {
    const scalar = await evaluateArg(call, 0, steps, query);
    const vector = await evaluateArg(call, 1, steps, query);
    const [first, arg] = [call.args[0]!, call.args[1]!];
    tellWrongQuantiles(scalar, first, query);
    return ofHistograms(vector, arg, query, [
      quantile(arg, (step) => scalar.values[step]!, steps, query, new Set()),
    ]);
  },
  histogram_quantiles: quantiles,
  async histogram_fraction(call, steps, query) {
    const lower = await evaluateArg(call, 0, steps, query);
    const upper = await evaluateArg(call, 1, steps, query);
    const vector = await evaluateArg(call, 2, steps, query);
    const arg = call.args[2]!;
    const from = (step: number): number => lower.values[step]!;
    const to = (step: number): number => upper.values[step]!;
    return ofHistograms(vector, arg, query, [
      {
        ofNative(histogram, name, step) {
          const { value, hasNaN } = histogramFraction(from(step), to(step), histogram);
          if (hasNaN) query.notes.info(messages.nanFraction(name), arg.position);
          return value;
        },
        ofClassic: (group, step) => classicFraction(from(step), to(step), group.buckets),
      },
    ]);
  },
};
