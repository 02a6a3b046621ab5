import { type Exemplar, exemplars, queryInstant, queryRange, wholeEnd } from '../../../api/prometheus.ts';
import type { Plan } from '../model/plan-target.ts';
import { type GivenSeries, seriesFrames, tableFrame } from '../model/series-frames.ts';
import type { Answer } from './panel-data.ts';
import { queryPool } from './query-pool.ts';

type PrometheusPlan = Extract<Plan, { source: 'prometheus' }>;

interface Moments {
  readonly startMs: number;
  readonly endMs: number;
}

/** The range in whole steps, or minutes where these are longer: within one the question is the same, and so is its answer. */
function aligned({ startMs, endMs }: Moments, stepMs: number): Moments {
  return { startMs: Math.floor(startMs / stepMs) * stepMs, endMs: wholeEnd(endMs, stepMs / 1000) };
}

export async function askPrometheus(
  plan: PrometheusPlan,
  moments: Moments,
  isOnlyTable: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  const { expr, refId, legend, stepMs } = plan;
  if (expr.trim() === '') return {};
  const range = aligned(moments, stepMs);
  const asRange = (): Promise<readonly GivenSeries[]> =>
    queryPool.ask(
      JSON.stringify(['range', expr, range, stepMs]),
      (own) => queryRange({ query: expr, ...range, stepSeconds: stepMs / 1000 }, own),
      signal,
    );
  const asInstant = (): Promise<readonly GivenSeries[]> =>
    queryPool.ask(
      JSON.stringify(['instant', expr, moments.endMs]),
      (own) => queryInstant(expr, moments.endMs, own),
      signal,
    );
  const answers = await Promise.all([
    plan.instant ? asInstant() : [],
    plan.range ? asRange() : [],
    plan.exemplars ? askExemplars(expr, range, signal) : [],
  ]);
  const [instant, ranged, points] = answers;
  const series = [...instant, ...ranged];
  if (plan.format === 'heatmap') return { buckets: series, exemplars: points };
  return {
    frames:
      plan.format === 'table'
        ? series.length === 0
          ? []
          : [tableFrame(series, refId, isOnlyTable)]
        : seriesFrames(series, { refId, legend, expr }),
    exemplars: points,
  };
}

/** Not every server keeps exemplars, and a panel without them is still one. */
async function askExemplars(expr: string, range: Moments, signal: AbortSignal): Promise<readonly Exemplar[]> {
  try {
    return await queryPool.ask(
      JSON.stringify(['exemplars', expr, range]),
      (own) => exemplars(expr, range, own),
      signal,
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return [];
  }
}
