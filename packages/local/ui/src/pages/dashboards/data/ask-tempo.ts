import { queryInstant } from '../../../api/prometheus.ts';
import { searchTraces } from '../../../api/tempo.ts';
import { requestJson } from '../../../api/request.ts';
import { callGraph } from '../model/call-graph.ts';
import type { Field, Frame } from '../model/frame.ts';
import { intervalText } from '../model/interval.ts';
import type { Plan } from '../model/plan-target.ts';
import { seriesFrames } from '../model/series-frames.ts';
import type { Answer } from './panel-data.ts';
import { queryPool } from './query-pool.ts';

type TempoPlan = Extract<Plan, { source: 'tempo' }>;

interface Moments {
  readonly startMs: number;
  readonly endMs: number;
}

export async function askTempo(plan: TempoPlan, moments: Moments, signal: AbortSignal): Promise<Answer> {
  const key = JSON.stringify([plan, moments]);
  if (plan.kind === 'service-map') return queryPool.ask(key, (own) => askCalls(plan, moments, own), signal);
  if (plan.query.trim() === '') return {};
  if (plan.kind === 'metrics') return queryPool.ask(key, (own) => askMetrics(plan, moments, own), signal);
  const traces = await queryPool.ask(
    key,
    (own) => searchTraces({ query: plan.query, limit: plan.limit, ...moments }, own),
    signal,
  );
  return { frames: traces.length === 0 ? [] : [traceTable(plan.refId, traces)] };
}

function column(name: string, shown: string, more: Omit<Field, 'name' | 'nameFromSource'>): Field {
  return { name, nameFromSource: shown, ...more };
}

/** As Grafana names the columns, for the overrides of a panel. */
function traceTable(refId: string, traces: Awaited<ReturnType<typeof searchTraces>>): Frame {
  return {
    refId,
    fields: [
      column('traceID', 'Trace ID', { type: 'string', kind: 'trace-id', values: traces.map(({ id }) => id) }),
      column('startTime', 'Start time', { type: 'time', values: traces.map(({ startMs }) => startMs) }),
      column('traceService', 'Service', {
        type: 'string',
        values: traces.map(({ rootService }) => rootService),
      }),
      column('traceName', 'Name', { type: 'string', values: traces.map(({ rootName }) => rootName) }),
      column('traceDuration', 'Duration', {
        type: 'number',
        unit: 'ms',
        values: traces.map(({ durationMs }) => durationMs),
      }),
    ],
  };
}

interface WireLabel {
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

interface WireMetrics {
  readonly series?: readonly {
    readonly labels?: readonly WireLabel[];
    readonly samples?: readonly { readonly timestampMs: string; readonly value?: number }[];
    readonly exemplars?: readonly {
      readonly labels?: readonly WireLabel[];
      readonly value?: number;
      readonly timestampMs: string;
    }[];
  }[];
}

function labelsOf(labels: readonly WireLabel[] = []): Record<string, string> {
  return Object.fromEntries(
    labels.map(({ key, value }) => [
      key,
      Object.values(value ?? {})
        .map(String)
        .join(''),
    ]),
  );
}

async function askMetrics(
  { query, stepMs, refId }: TempoPlan,
  { startMs, endMs }: Moments,
  signal: AbortSignal,
): Promise<Answer> {
  const { series = [] } = await requestJson<WireMetrics>(
    '/api/metrics/query_range',
    { q: query, start: Math.floor(startMs / 1000), end: Math.ceil(endMs / 1000), step: intervalText(stepMs) },
    { signal },
  );
  const frames = seriesFrames(
    series.map(({ labels, samples = [] }) => ({
      labels: labelsOf(labels),
      times: samples.map(({ timestampMs }) => Number(timestampMs) / 1000),
      values: samples.map(({ value = 0 }) => value),
    })),
    { refId, legend: '__auto', expr: query },
  );
  return {
    frames,
    exemplars: series.flatMap(({ labels, exemplars = [] }) =>
      exemplars.map((each) => ({
        labels: labelsOf(each.labels),
        seriesLabels: labelsOf(labels),
        value: each.value ?? Number.NaN,
        timeMs: Number(each.timestampMs),
      })),
    ),
  };
}

/** Tempo writes the calls into Prometheus; Grafana reads them there as well. */
async function askCalls(
  { selectors }: TempoPlan,
  { startMs, endMs }: Moments,
  signal: AbortSignal,
): Promise<Answer> {
  const rangeSeconds = Math.max(1, Math.round((endMs - startMs) / 1000));
  const given = selectors.length === 0 ? ['{}'] : selectors;
  const sum = (metric: string): string =>
    given
      .map(
        (each) => `sum by (client, server) (rate(${metric}${each === '{}' ? '' : each}[${rangeSeconds}s]))`,
      )
      .join(' or ');
  const [calls, failed] = await Promise.all([
    queryInstant(sum('traces_service_graph_request_total'), endMs, signal),
    queryInstant(sum('traces_service_graph_request_failed_total'), endMs, signal),
  ]);
  return { calls: calls.length === 0 ? undefined : callGraph(calls, failed) };
}
