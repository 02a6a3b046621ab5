/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { interpolate, interpolateHistograms } from '../functions/interpolate.ts';
import { type FloatHistogram, hasCustomBounds } from '../histogram/index.ts';
import { labelValue } from '../label-set.ts';
import { messages } from '../messages.ts';
import type { SelectorPlan } from '../plan-node.ts';
import { createMatrixBuilder, type Sample, type StepMatrix } from '../step-matrix.ts';
import type { Query, Steps } from './query.ts';
import { type RangeSeries, rangeInputOf } from './range-series.ts';
import { lastUpTo } from './selector.ts';

/** `selector smoothed`: between two samples the value on the straight line between them, after the last one the last. */
export async function smoothedSelector(plan: SelectorPlan, steps: Steps, query: Query): Promise<StepMatrix> {
  const range = {
    kind: 'range',
    selector: plan,
    rangeMs: 0,
    position: plan.position,
    type: 'matrix',
    invariant: false,
  } as const;
  const { series: allSeries } = rangeInputOf(range, query);
  const builder = createMatrixBuilder(steps.count, allSeries.length);
  for (const series of allSeries) {
    const row = builder.addRow({ labels: series.labels, dropName: false }) * steps.count;
    query.budget.take(steps.count);
    for (let step = 0; step < steps.count; step += 1) {
      const timeMs = (plan.atMs ?? steps.startMs + step * steps.stepMs) - plan.offsetMs;
      builder.set(row + step, sampleNear(plan, series, timeMs, query));
    }
    builder.dropLastRowIfEmpty();
    if (query.budget.spent(steps.count * 4 + 20)) await query.budget.pause();
  }
  return builder.build();
}

/** Index of the last sample at or before a time, and of the first after it, as far as they are within the lookback. */
interface Neighbours {
  readonly before: number;
  readonly after: number;
}

function neighbours(timesMs: Float64Array, timeMs: number, { lookbackMs, compatibility }: Query): Neighbours {
  const last = lastUpTo(timesMs, timeMs, -1);
  const beforeMs = timesMs[last] ?? Number.NEGATIVE_INFINITY;
  const near = compatibility === 2 ? beforeMs >= timeMs - lookbackMs : beforeMs > timeMs - lookbackMs;
  const afterMs = timesMs[last + 1] ?? Number.POSITIVE_INFINITY;
  return { before: last >= 0 && near ? last : -1, after: afterMs <= timeMs + lookbackMs ? last + 1 : -1 };
}

function sampleNear(plan: SelectorPlan, series: RangeSeries, timeMs: number, query: Query): Sample {
  const floats = neighbours(series.timesMs, timeMs, query);
  const histograms = neighbours(series.histogramTimesMs, timeMs, query);
  const hasFloats = floats.before !== -1 || floats.after !== -1;
  const hasHistograms = histograms.before !== -1 || histograms.after !== -1;
  if (hasFloats && hasHistograms) {
    query.notes.warn(messages.mixedFloatsHistograms(labelValue(series.labels, '__name__')), plan.position);
    return undefined;
  }
  if (hasHistograms) return histogramNear(plan, series, histograms, timeMs, query);
  if (floats.before === -1) return undefined;
  const exact = series.timesMs[floats.before] === timeMs;
  if (exact || floats.after === -1) return series.values[floats.before];
  return interpolate(series.timesMs, series.values, floats.before, timeMs, false);
}

function histogramNear(
  plan: SelectorPlan,
  series: RangeSeries,
  { before, after }: Neighbours,
  timeMs: number,
  query: Query,
): FloatHistogram | undefined {
  const first = series.histograms[before];
  if (first === undefined) return undefined;
  const firstMs = series.histogramTimesMs[before]!;
  if (firstMs === timeMs) return first;
  const second = series.histograms[after];
  if (second === undefined) return { ...first, counterReset: 'unknown' };
  const name = labelValue(series.labels, '__name__');
  const report = { notes: query.notes, position: plan.position };
  const isCounter = first.counterReset !== 'gauge' || second.counterReset !== 'gauge';
  if (hasCustomBounds(first) !== hasCustomBounds(second)) {
    query.notes.warn(messages.mixedSchemas(name), plan.position);
    return undefined;
  }
  const secondMs = series.histogramTimesMs[after]!;
  return interpolateHistograms(first, firstMs, second, secondMs, timeMs, isCounter, report);
}
