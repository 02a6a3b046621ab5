/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import type { FloatHistogram } from './histogram/index.ts';
import { compareLabelSets, toLabels } from './label-set.ts';
import type { Budget } from './budget.ts';
import type { Steps } from './evaluate/query.ts';
import type { MatrixSeries, VectorSample } from './result.ts';
import { FLOAT, HISTOGRAM, type StepMatrix } from './step-matrix.ts';

/** The samples of a matrix with one step, in the order of its rows. */
export function vectorOf(
  { series, values, histograms }: StepMatrix,
  timeMs: number,
): readonly VectorSample[] {
  return series.map(({ labels }, row) => {
    const histogram = histograms.get(row);
    return { labels: toLabels(labels), timeMs, value: values[row]!, ...(histogram && { histogram }) };
  });
}

/** The rows of a matrix, sorted by labels. */
export async function matrixOf(
  matrix: StepMatrix,
  steps: Steps,
  budget: Budget,
): Promise<readonly MatrixSeries[]> {
  const rows = Array.from(matrix.series.entries());
  rows.sort(([, left], [, right]) => compareLabelSets(left.labels, right.labels));
  const result: MatrixSeries[] = [];
  for (const [row, { labels }] of rows) {
    result.push({ labels: toLabels(labels), ...rowSamples(matrix, row, steps) });
    if (budget.spent(steps.count + 20)) await budget.pause();
  }
  return result;
}

function rowSamples(
  matrix: StepMatrix,
  row: number,
  { startMs, stepMs, count }: Steps,
): Omit<MatrixSeries, 'labels'> {
  const timesMs = new Float64Array(count);
  const values = new Float64Array(count);
  const histogramTimesMs: number[] = [];
  const histograms: FloatHistogram[] = [];
  let floats = 0;
  for (let step = 0; step < count; step += 1) {
    const cell = row * count + step;
    if (matrix.kinds[cell] === FLOAT) {
      timesMs[floats] = startMs + step * stepMs;
      values[floats] = matrix.values[cell]!;
      floats += 1;
    } else if (matrix.kinds[cell] === HISTOGRAM) {
      histogramTimesMs.push(startMs + step * stepMs);
      histograms.push(matrix.histograms.get(cell)!);
    }
  }
  return {
    timesMs: timesMs.subarray(0, floats),
    values: values.subarray(0, floats),
    histogramTimesMs: Float64Array.from(histogramTimesMs),
    histograms,
  };
}
