import type { FloatHistogram } from '../histogram/index.ts';
import type { SubqueryPlan } from '../plan-node.ts';
import { FLOAT, HISTOGRAM, type StepMatrix } from '../step-matrix.ts';
import { lastStepMs, type Query, type Semantics, type Steps } from './query.ts';
import type { RangeInput, RangeSeries } from './range-series.ts';

/** When the expression of a subquery is evaluated: at whole multiples of its own step, whatever the query's steps are. */
export function subquerySteps(plan: SubqueryPlan, steps: Steps, { compatibility }: Semantics): Steps {
  const { stepMs, rangeMs, offsetMs, atMs } = plan;
  const edgeMs = (atMs ?? steps.startMs) - offsetMs - rangeMs;
  const endMs = (atMs ?? lastStepMs(steps)) - offsetMs;
  let startMs = stepMs * Math.trunc(edgeMs / stepMs);
  if (compatibility === 2 ? startMs < edgeMs : startMs <= edgeMs) startMs += stepMs;
  return { startMs, stepMs, count: endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1 };
}

/** The values of a subquery as if they had been samples. */
export async function evaluateSubquery(plan: SubqueryPlan, steps: Steps, query: Query): Promise<RangeInput> {
  const inner = subquerySteps(plan, steps, query);
  const matrix = await query.evaluate(plan.expression, inner);
  return {
    series: matrix.series.map((_, row) => rowAsSamples(matrix, row, inner)),
    rangeMs: plan.rangeMs,
    offsetMs: plan.offsetMs,
    atMs: plan.atMs,
    extension: 'none',
    position: plan.position,
  };
}

function rowAsSamples(matrix: StepMatrix, row: number, { startMs, stepMs, count }: Steps): RangeSeries {
  const timesMs = new Float64Array(count);
  const values = new Float64Array(count);
  const histogramTimesMs: number[] = [];
  const histograms: FloatHistogram[] = [];
  let floats = 0;
  for (let step = 0; step < count; step += 1) {
    const cell = row * count + step;
    const kind = matrix.kinds[cell];
    if (kind === FLOAT) {
      timesMs[floats] = startMs + step * stepMs;
      values[floats] = matrix.values[cell]!;
      floats += 1;
    } else if (kind === HISTOGRAM) {
      histogramTimesMs.push(startMs + step * stepMs);
      histograms.push(withoutResetHint(matrix.histograms.get(cell)!));
    }
  }
  const { labels, dropName } = matrix.series[row]!;
  return {
    labels,
    dropName,
    timesMs: timesMs.subarray(0, floats),
    values: values.subarray(0, floats),
    histogramTimesMs: Float64Array.from(histogramTimesMs),
    histograms,
    startTimesMs: undefined,
    histogramStartTimesMs: undefined,
  };
}

/** A subquery may leave samples out or take them twice, so what they say of the sample before does not hold. */
function withoutResetHint(histogram: FloatHistogram): FloatHistogram {
  const { counterReset } = histogram;
  return counterReset === 'reset' || counterReset === 'not-reset'
    ? { ...histogram, counterReset: 'unknown' }
    : histogram;
}
