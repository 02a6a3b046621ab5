/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { QueryError } from '../../query-error.ts';
import { extendable, keepsName } from '../functions/range-functions.ts';
import type { RangeFunction, RangeWindow } from '../functions/range-window.ts';
import { labelValue, withoutMetadata } from '../label-set.ts';
import { messages } from '../messages.ts';
import type { CallPlan, Plan, SubqueryPlan } from '../plan-node.ts';
import { createMatrixBuilder, FLOAT, type StepMatrix } from '../step-matrix.ts';
import { absentOverTime } from './absent.ts';
import { refuseSameLabels } from './merge-rows.ts';
import type { Query, Steps } from './query.ts';
import { type RangeInput, rangeInputOf, type RangeSeries } from './range-series.ts';
import { evaluateSubquery } from './subquery.ts';

const counterSuffix = /_(total|sum|count|bucket)$/;

/** A function of a range: each series is walked once, with a window that only moves forward. */
export async function evaluateRangeCall(
  call: CallPlan,
  compute: RangeFunction,
  steps: Steps,
  query: Query,
): Promise<StepMatrix> {
  const rangeArg = call.args.find((arg) => arg.type === 'matrix')!;
  const input = await rangeInput(rangeArg, steps, query);
  checkExtension(call.name, input);
  const scalars = await scalarArgs(call, rangeArg, steps, query);
  const report = { notes: query.notes, position: call.args[0]!.position };
  const builder = createMatrixBuilder(steps.count, input.series.length);
  const args: number[] = scalars.map(() => 0);
  for (const series of input.series) {
    const row = builder.addRow(resultSeries(call.name, series, query)) * steps.count;
    query.budget.take(steps.count);
    const window = createWindow(series, input, query);
    for (let step = 0; step < steps.count; step += 1) {
      if (step === 0 || input.atMs === undefined) {
        moveWindow(window, input, steps.startMs + step * steps.stepMs, query);
      }
      window.stepTimeMs = steps.startMs + step * steps.stepMs;
      const samples = window.to - window.from + window.histogramTo - window.histogramFrom;
      if (samples === 0) continue;
      for (let index = 0; index < args.length; index += 1) args[index] = scalars[index]!.values[step]!;
      builder.set(row + step, compute(window, args, report));
      if (query.budget.spent(samples + 10)) await query.budget.pause();
    }
    const hasFloat = builder.kinds.subarray(row, row + steps.count).includes(FLOAT);
    if (hasFloat && (call.name === 'rate' || call.name === 'increase')) tellNonCounter(series, report, query);
    builder.dropLastRowIfEmpty();
  }
  const matrix = builder.build();
  if (call.name === 'absent_over_time') return absentOverTime(rangeArg, matrix);
  return refuseSameLabels(matrix, query);
}

/** @param plan of the type `matrix` */
export function rangeInput(plan: Plan, steps: Steps, query: Query): Promise<RangeInput> | RangeInput {
  return plan.kind === 'range'
    ? rangeInputOf(plan, query)
    : evaluateSubquery(plan as SubqueryPlan, steps, query);
}

function scalarArgs(
  call: CallPlan,
  rangeArg: Plan,
  steps: Steps,
  query: Query,
): Promise<readonly StepMatrix[]> {
  return Promise.all(call.args.filter((arg) => arg !== rangeArg).map((arg) => query.evaluate(arg, steps)));
}

function resultSeries(
  name: string,
  series: RangeSeries,
  query: Query,
): { labels: RangeSeries['labels']; dropName: boolean } {
  const dropName = series.dropName || !keepsName.has(name);
  return {
    labels: dropName && !query.delayedNameRemoval ? withoutMetadata(series.labels) : series.labels,
    dropName,
  };
}

export function createWindow(
  series: RangeSeries,
  { rangeMs, extension }: RangeInput,
  query: Query,
): RangeWindow {
  return {
    series,
    from: 0,
    to: 0,
    histogramFrom: 0,
    histogramTo: 0,
    stepTimeMs: 0,
    startMs: 0,
    endMs: 0,
    rangeMs,
    extension,
    compatibility: query.compatibility,
  };
}

/** Moves both edges of a window on; they never go back. */
export function moveWindow(window: RangeWindow, input: RangeInput, stepTimeMs: number, query: Query): void {
  const { lookbackMs, compatibility } = query;
  window.endMs = (input.atMs ?? stepTimeMs) - input.offsetMs;
  window.startMs = window.endMs - input.rangeMs;
  const fromMs = window.startMs - (input.extension === 'none' ? 0 : lookbackMs);
  const toMs = window.endMs + (input.extension === 'smoothed' ? lookbackMs : 0);
  // From version 3 on, a sample right at the left edge is outside.
  const edgeMs = compatibility === 2 ? fromMs - 0.5 : fromMs;
  const { timesMs, histogramTimesMs } = window.series;
  while (window.to < timesMs.length && timesMs[window.to]! <= toMs) window.to += 1;
  while (window.from < window.to && timesMs[window.from]! <= edgeMs) window.from += 1;
  while (window.histogramTo < histogramTimesMs.length && histogramTimesMs[window.histogramTo]! <= toMs) {
    window.histogramTo += 1;
  }
  while (window.histogramFrom < window.histogramTo && histogramTimesMs[window.histogramFrom]! <= edgeMs) {
    window.histogramFrom += 1;
  }
}

function checkExtension(name: string, { extension }: RangeInput): void {
  if (extension === 'none') return;
  const allowed = extendable[extension];
  if (allowed.includes(name)) return;
  throw new QueryError(
    'execution',
    `${extension} modifier can only be used with: ${allowed.join(', ')} - not with ${name}`,
  );
}

/** Whoever asks for the rate of a gauge has mostly not meant it. */
function tellNonCounter(
  { labels }: RangeSeries,
  { notes, position }: { notes: Query['notes']; position: Plan['position'] },
  { typeAndUnitLabels }: Query,
): void {
  const name = labelValue(labels, '__name__');
  if (name === '') return;
  if (typeAndUnitLabels) {
    const type = labelValue(labels, '__type__');
    if (type !== 'counter' && type !== 'histogram')
      notes.info(messages.possibleNonCounterLabel(name, type), position);
  } else if (!counterSuffix.test(name)) {
    notes.info(messages.possibleNonCounter(name), position);
  }
}
