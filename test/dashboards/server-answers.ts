import type { dashboards } from '@sightline/dashboards';
import type { ObservedStack } from './observed-stack.ts';
import { type PanelDefinition, sent } from './panel-queries.ts';

type Query = PanelDefinition['queries'][number];
export type LogQuery = Extract<Query, { language: 'logql' }>;
export type TraceQuery = Extract<Query, { language: 'traceql' }>;

/** What a query came to: its series, streams or traces, each by its labels, with its numbers or texts. */
export interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

/** What Grafana puts in place of its own variables, over a graph of a minute; what is chosen is everything. */
const AUTO = '10s';
const STEP = '5';
const MAX_LINES = 200;
const everything = { __auto: AUTO, __range: '2m', search: '' };

interface LokiResult {
  readonly data: {
    readonly resultType: 'matrix' | 'vector' | 'streams';
    readonly result: readonly {
      readonly metric?: Readonly<Record<string, string>>;
      readonly stream?: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number | string, string])[];
    }[];
  };
}

/** Asks Loki as Grafana does. */
export async function askLoki(
  { loki, startSeconds }: ObservedStack,
  { expr, instant, maxLines = MAX_LINES }: Pick<LogQuery, 'expr' | 'instant' | 'maxLines'>,
  chosen: Readonly<Record<string, string>> = {},
): Promise<readonly Answer[]> {
  const query = sent(expr, { ...everything, ...chosen });
  const endSeconds = Math.ceil(Date.now() / 1000);
  const { data } = instant
    ? await loki.get<LokiResult>('/loki/api/v1/query', { query, time: `${endSeconds}` })
    : await loki.get<LokiResult>('/loki/api/v1/query_range', {
        query,
        start: `${startSeconds}`,
        end: `${endSeconds}`,
        step: STEP,
        limit: `${maxLines}`,
      });
  return data.result.map(({ metric, stream, value, values = value === undefined ? [] : [value] }) => {
    const each = values.map(([, text]) => text);
    return {
      labels: metric ?? stream ?? {},
      numbers: data.resultType === 'streams' ? [] : each.map(Number),
      texts: data.resultType === 'streams' ? each : [],
    };
  });
}

interface TempoAttribute {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly doubleValue?: number;
    readonly intValue?: string;
  };
}
export interface FoundTrace {
  readonly traceID: string;
  readonly rootServiceName?: string;
  readonly rootTraceName?: string;
}

/** The value of an attribute, as text. */
export function attributeText({ value }: TempoAttribute): string {
  return value.stringValue ?? value.intValue ?? String(value.doubleValue ?? '');
}

/** A search for traces, as Grafana sends it. */
export async function searchTempo(
  { tempo, startSeconds }: ObservedStack,
  { expr, limit = 20 }: Pick<TraceQuery, 'expr' | 'limit'>,
  chosen: Readonly<Record<string, string>> = {},
): Promise<readonly FoundTrace[]> {
  const { traces = [] } = await tempo.get<{ traces?: readonly FoundTrace[] }>('/api/search', {
    q: sent(expr, { ...everything, ...chosen }),
    start: `${startSeconds}`,
    end: `${Math.ceil(Date.now() / 1000)}`,
    limit: `${limit}`,
  });
  return traces;
}

/** Numbers over spans, as Grafana asks for them. */
export async function rangeOfTempo(
  { tempo, startSeconds }: ObservedStack,
  { expr }: Pick<TraceQuery, 'expr'>,
  chosen: Readonly<Record<string, string>> = {},
): Promise<readonly Answer[]> {
  interface Series {
    readonly labels?: readonly TempoAttribute[];
    readonly samples?: readonly { readonly value?: number }[];
  }
  const { series = [] } = await tempo.get<{ series?: readonly Series[] }>('/api/metrics/query_range', {
    q: sent(expr, { ...everything, ...chosen }),
    start: `${startSeconds}`,
    end: `${Math.ceil(Date.now() / 1000)}`,
    step: `${STEP}s`,
  });
  return series.map(({ labels = [], samples = [] }) => ({
    labels: Object.fromEntries(labels.map((label) => [label.key, attributeText(label)])),
    numbers: samples.map(({ value = 0 }) => value),
    texts: [],
  }));
}

/** The metrics that Grafana draws the map of services from. */
const mapMetrics = [
  'traces_service_graph_request_total',
  'traces_service_graph_request_server_seconds_sum',
  'traces_service_graph_request_failed_total',
  'traces_service_graph_request_server_seconds_bucket',
];

/** The map of services: what Grafana asks Prometheus in place of Tempo, each selector with each metric. */
export function mapQueries({ expr, orExpr }: TraceQuery): readonly string[] {
  const selectors = [expr, ...(orExpr === undefined ? [] : [orExpr])];
  return mapMetrics.map((metric) =>
    selectors
      .map((selector) => `sum by (client, server) (rate(${metric}${sent(selector, everything)}[10s]))`)
      .join(' OR '),
  );
}

type Variable = ReturnType<typeof dashboards>['logs']['variables'][number];
export type LabelVariable = Extract<Variable, { kind: 'label' }>;

/** What a variable offers to choose from. */
export async function valuesOf(
  { loki, prometheus, startSeconds }: ObservedStack,
  { source, selector, from }: LabelVariable,
): Promise<readonly string[]> {
  const query = sent(selector);
  if (source === 'loki') {
    const path = `/loki/api/v1/label/${from}/values`;
    return (
      (await loki.get<{ data?: readonly string[] }>(path, { query, start: `${startSeconds}` })).data ?? []
    );
  }
  const parameters = new URLSearchParams({ 'match[]': query }).toString();
  const response = await fetch(`${prometheus.url}/api/v1/label/${from}/values?${parameters}`);
  return ((await response.json()) as { data: readonly string[] }).data;
}
