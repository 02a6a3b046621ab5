/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { QueryError } from '../../query-error.ts';
import { edgesOf, leftValue, rightValue } from '../functions/extended-rate.ts';
import type { RangeWindow } from '../functions/range-window.ts';
import { compareLabelSets, toLabels, withoutMetadata } from '../label-set.ts';
import type { Plan } from '../plan-node.ts';
import type { MatrixSeries } from '../result.ts';
import type { Query, Steps } from './query.ts';
import { createWindow, moveWindow, rangeInput } from './range-call.ts';
import type { RangeInput, RangeSeries } from './range-series.ts';

/** The samples of a range at one time, for an instant query that asks for nothing else. */
export async function rangeVector(plan: Plan, steps: Steps, query: Query): Promise<readonly MatrixSeries[]> {
  const input = await rangeInput(plan, steps, query);
  const found: { readonly series: RangeSeries; readonly samples: Omit<MatrixSeries, 'labels'> }[] = [];
  for (const series of input.series) {
    const window = createWindow(series, input, query);
    moveWindow(window, input, steps.startMs, query);
    const samples = samplesIn(window, input);
    if (samples.timesMs.length + samples.histograms.length > 0) found.push({ series, samples });
    if (query.budget.spent(samples.timesMs.length + 10)) await query.budget.pause();
  }
  return found
    .map(({ series, samples }) => ({
      labels: series.dropName ? withoutMetadata(series.labels) : series.labels,
      samples,
    }))
    .toSorted((left, right) => compareLabelSets(left.labels, right.labels))
    .map(({ labels, samples: { timesMs, values, histogramTimesMs, histograms } }) => {
      return { labels: toLabels(labels), timesMs, values, histogramTimesMs, histograms };
    });
}

function samplesIn(window: RangeWindow, input: RangeInput): Omit<MatrixSeries, 'labels'> {
  const { series, from, to, histogramFrom, histogramTo } = window;
  if (input.extension !== 'none') return extendedSamples(window, input.extension);
  return {
    timesMs: series.timesMs.slice(from, to),
    values: series.values.slice(from, to),
    histogramTimesMs: series.histogramTimesMs.slice(histogramFrom, histogramTo),
    histograms: series.histograms.slice(histogramFrom, histogramTo),
  };
}

/** The samples within the range, with one right at each edge. */
function extendedSamples(
  window: RangeWindow,
  extension: 'anchored' | 'smoothed',
): Omit<MatrixSeries, 'labels'> {
  const { series, from, to, startMs, endMs, histogramFrom, histogramTo } = window;
  if (histogramTo > histogramFrom) {
    throw new QueryError('execution', `${extension} modifier is not supported with histograms`);
  }
  const edges = to > from ? edgesOf(series.timesMs, from, to, window) : undefined;
  const nothing = new Float64Array(0);
  if (edges === undefined)
    return { timesMs: nothing, values: nothing, histogramTimesMs: nothing, histograms: [] };
  const inside: number[] = [];
  for (let index = edges.first; index <= edges.last; index += 1) {
    const timeMs = series.timesMs[index]!;
    if (timeMs > startMs && timeMs < endMs) inside.push(index);
  }
  const values = inside.map((index) => series.values[index]!);
  return {
    timesMs: Float64Array.from([startMs, ...inside.map((index) => series.timesMs[index]!), endMs]),
    values: Float64Array.from([
      leftValue(window, edges.first, false),
      ...values,
      rightValue(window, edges.last, false),
    ]),
    histogramTimesMs: nothing,
    histograms: [],
  };
}
