import { QueryError } from '../../query-error.ts';
import { errorLabel, preserveErrorLabel } from '../pipeline/parser-hints.ts';
import type { Grouping, LogSelector, RangeAggregation } from '../syntax/ast.ts';
import { formatLabels } from '../values/format-labels.ts';
import { countedLabels, countEvaluator } from './count-evaluator.ts';
import { advance, openLines, selectStreams } from './merged-lines.ts';
import type { MergedLines } from './merged-lines.ts';
import { rangeFunctions } from './range-functions.ts';
import type { WindowContext } from './range-functions.ts';
import { createSampleExtractor } from './sample-extractor.ts';
import type { SampleExtractor } from './sample-extractor.ts';
import { SeriesWindow } from './series-window.ts';
import type { Sample, Series } from './series-table.ts';
import type { EvaluationContext, StepEvaluator } from './step-evaluator.ts';

/**
 * Evaluates a range aggregation: each line is read once, and a window slides over the samples.
 *
 * @param outer grouping of a `sum` around it, when it is brought in
 */
export async function rangeEvaluator(
  aggregation: RangeAggregation,
  outer: Grouping | undefined,
  context: EvaluationContext,
): Promise<StepEvaluator> {
  const { range, operation } = aggregation;
  const { steps, budget, table } = context;
  const extract = createSampleExtractor(aggregation, outer, table);
  const rangeNs = BigInt(range.rangeNs);
  const firstNs = steps.startNs - BigInt(range.offsetNs);
  const lastNs = firstNs + steps.stepNs * BigInt(steps.count - 1);
  const streams = await selectStreams(
    context.source,
    { matchers: range.selector.matchers, fromNs: firstNs - rangeNs, toNs: lastNs + 1n, direction: 'forward' },
    budget,
  );
  const counted = countedLabels(aggregation, outer);
  const counts = counted === undefined ? undefined : countEvaluator(aggregation, counted, streams, context);
  if (counts !== undefined) return counts;
  const lines = await openLines(streams, 'forward', budget);
  const window = createWindow(lines, extract, firstNs, context);
  const compute = rangeFunctions[operation];
  const absent =
    operation === 'absent_over_time'
      ? [{ series: table.of(absentLabels(range.selector)), value: 1 }]
      : undefined;
  const stepNs = Number(steps.stepNs);
  let endNs = -stepNs;
  return {
    async next() {
      endNs += stepNs;
      await window.slide(endNs - range.rangeNs, endNs);
      if (absent !== undefined) return window.live().length === 0 ? absent : [];
      const windowContext: WindowContext = {
        rangeNs: range.rangeNs,
        rangeSeconds: range.rangeNs / 1e9,
        endNs,
        parameter: aggregation.parameter ?? Number.NaN,
        unwrapped: range.unwrap !== undefined,
      };
      return window
        .live()
        .map((live): Sample => ({ series: live.series, value: compute(live, windowContext) }));
    },
    skip() {
      endNs += stepNs;
    },
    close: () => lines.close(),
  };
}

interface SlidingWindow {
  /** Moves on to what is after `fromNs`, up to `toNs`. */
  slide(fromNs: number, toNs: number): Promise<void>;
  /** Series that have samples in the window. */
  live(): readonly SeriesWindow[];
}

function createWindow(
  lines: MergedLines,
  extract: SampleExtractor,
  originNs: bigint,
  { budget }: EvaluationContext,
): SlidingWindow {
  const windows = new Map<Series, SeriesWindow>();
  let pendingNs: number | undefined;

  function windowOf(series: Series): SeriesWindow {
    const known = windows.get(series);
    if (known !== undefined) return known;
    refuseErrors(series);
    const created = new SeriesWindow(series);
    windows.set(series, created);
    if (windows.size > budget.limits.maxSeries) throw tooManySeries(budget.limits.maxSeries);
    return created;
  }

  return {
    async slide(fromNs, toNs) {
      for (const [series, window] of windows) {
        budget.hold(-window.dropUntil(fromNs));
        if (window.isEmpty()) windows.delete(series);
      }
      for (;;) {
        if (pendingNs === undefined) {
          const waits = advance(lines, budget);
          // oxlint-disable-next-line no-await-in-loop -- one line after the other
          if (waits !== undefined) await waits;
        }
        const { entry, stream } = lines;
        if (entry === undefined || stream === undefined) return;
        const timeNs = pendingNs ?? Number(entry.timeNs - originNs);
        pendingNs = timeNs;
        if (timeNs > toNs) return;
        pendingNs = undefined;
        if (timeNs <= fromNs) continue;
        const sample = extract(stream, entry);
        if (sample === undefined) continue;
        windowOf(sample.series).add(timeNs, sample.value);
        budget.hold(1);
      }
    },
    live: () => [...windows.values()],
  };
}

/** An error of a stage ends the query, unless it was asked for. */
function refuseErrors({ labels }: Series): void {
  const error = labels[errorLabel];
  if (error === undefined || error === '' || labels[preserveErrorLabel] === 'true') return;
  throw new QueryError(
    'execution',
    `pipeline error: '${error}' for series: '${formatLabels(labels)}'.\n` +
      `Use a label filter to intentionally skip this error. (e.g | __error__!="${error}").\n` +
      'To skip all potential errors you can match empty errors.(e.g __error__="")\n' +
      'The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n',
  );
}

export function tooManySeries(limit: number): QueryError {
  return new QueryError(
    'limit',
    `maximum number of series (${limit}) reached for a single query; consider reducing query cardinality by adding more ` +
      'specific stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()',
  );
}

/** Labels that say what is absent: those that the selector asks for by their value. */
function absentLabels({ matchers }: LogSelector): readonly (readonly [string, string])[] {
  const labels = new Map<string, string>();
  const dropped = new Set<string>();
  for (const { name, op, value } of matchers) {
    if (name === '__name__') continue;
    if (op === '=' && !labels.has(name)) labels.set(name, value);
    else dropped.add(name);
  }
  return [...labels].filter(([name]) => !dropped.has(name));
}
