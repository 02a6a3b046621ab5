/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import type { FloatHistogram } from '../histogram/index.ts';
import type { SelectorPlan } from '../plan-node.ts';
import { isStaleMarker } from '../stale-marker.ts';
import { createMatrixBuilder, type MatrixBuilder, type StepMatrix } from '../step-matrix.ts';
import type { LoadedSeries, Query, Semantics, Steps } from './query.ts';

/** What is wanted of the sample that is the value at a step. */
type Take = (builder: MatrixBuilder, cell: number, series: LoadedSeries, index: number) => void;

const takeValue: Take = (builder, cell, series, index) => {
  const histogram = series.histograms?.[index];
  if (histogram === undefined) builder.setFloat(cell, series.values[index]!);
  else builder.set(cell, histogram);
};

/** The time of the sample [ms] in place of its value. */
export const takeTimeMs: Take = (builder, cell, series, index) =>
  builder.setFloat(cell, series.timesMs[index]!);

/** When the sample says that it started [ms]; 0 when it does not say. */
export const takeStartTimeMs: Take = (builder, cell, series, index) => {
  builder.setFloat(cell, series.startTimesMs?.[index] ?? 0);
};

/**
 * The last sample before or at each step, when it is not older than the lookback and no stale marker.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 */
export async function evaluateSelector(
  { atMs, offsetMs }: Pick<SelectorPlan, 'atMs' | 'offsetMs'>,
  allSeries: readonly LoadedSeries[],
  steps: Steps,
  query: Query,
  take: Take = takeValue,
): Promise<StepMatrix> {
  const builder = createMatrixBuilder(steps.count, allSeries.length);
  for (const series of allSeries) {
    const row = builder.addRow({ labels: series.labels, dropName: false }) * steps.count;
    query.budget.take(steps.count);
    let index = -1;
    for (let step = 0; step < steps.count; step += 1) {
      const wantedMs = (atMs ?? steps.startMs + step * steps.stepMs) - offsetMs;
      index = lastUpTo(series.timesMs, wantedMs, index);
      if (index >= 0 && isCurrent(series, index, wantedMs, query)) take(builder, row + step, series, index);
    }
    builder.dropLastRowIfEmpty();
    if (query.budget.spent(steps.count + 20)) await query.budget.pause();
  }
  return builder.build();
}

/** Index of the last time that is not after `wantedMs`, looked for from `from` on; -1 without one. */
export function lastUpTo(timesMs: Float64Array, wantedMs: number, from: number): number {
  let index = from;
  // Steps are mostly some samples apart; far ahead, halving is quicker.
  for (let near = 0; near < 8; near += 1) {
    const next = timesMs[index + 1];
    if (next === undefined || next > wantedMs) return index;
    index += 1;
  }
  let low = index;
  let high = timesMs.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (timesMs[middle]! <= wantedMs) low = middle;
    else high = middle;
  }
  return low;
}

function isCurrent(series: LoadedSeries, index: number, wantedMs: number, semantics: Semantics): boolean {
  const ageMs = wantedMs - series.timesMs[index]!;
  const { lookbackMs, compatibility } = semantics;
  if (compatibility === 2 ? ageMs > lookbackMs : ageMs >= lookbackMs) return false;
  const histogram: FloatHistogram | undefined = series.histograms?.[index];
  return histogram !== undefined || !isStaleMarker(series.values, index);
}
