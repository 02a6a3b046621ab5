import { nanoseconds, queryLogRange, queryLogs } from '../../../api/loki.ts';
import { type Labels, parseValue } from '../../../api/prometheus.ts';
import { requestJson } from '../../../api/request.ts';
import type { Plan } from '../model/plan-target.ts';
import { type GivenSeries, seriesFrames } from '../model/series-frames.ts';
import type { Answer } from './panel-data.ts';
import { queryPool } from './query-pool.ts';

type LokiPlan = Extract<Plan, { source: 'loki' }>;

export async function askLoki(
  { expr, kind, maxLines, stepMs, refId, legend }: LokiPlan,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  signal: AbortSignal,
): Promise<Answer> {
  if (expr.trim() === '') return {};
  const key = JSON.stringify(['loki', kind, expr, maxLines, stepMs, startMs, endMs]);
  if (kind === 'logs') {
    const lines = await queryPool.ask(
      key,
      (own) => queryLogs({ query: expr, startMs, endMs, limit: maxLines }, own),
      signal,
    );
    return { lines };
  }
  const series = await queryPool.ask(
    key,
    (own) =>
      kind === 'instant'
        ? queryLogInstant(expr, endMs, own)
        : queryLogRange(expr, { startMs, endMs, stepSeconds: stepMs / 1000 }, own),
    signal,
  );
  return { frames: seriesFrames(series, { refId, legend, expr }) };
}

interface Vector {
  readonly data: {
    readonly result:
      | readonly { readonly metric: Labels; readonly value: readonly [number, string] }[]
      | readonly [number, string];
  };
}

async function queryLogInstant(
  query: string,
  timeMs: number,
  signal: AbortSignal,
): Promise<readonly GivenSeries[]> {
  const { data } = await requestJson<Vector>(
    '/loki/api/v1/query',
    { query, time: nanoseconds(timeMs) },
    { signal },
  );
  return data.result.flatMap((each) =>
    typeof each === 'object'
      ? [{ labels: each.metric, times: [each.value[0]], values: [parseValue(each.value[1])] }]
      : [],
  );
}
