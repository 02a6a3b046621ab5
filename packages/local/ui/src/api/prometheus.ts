import { requestJson } from './request.ts';

export type Labels = Readonly<Record<string, string>>;

/** Times [s since 1970] and values of one series; a value may be NaN or infinite. */
export interface Series {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

interface Envelope<Data> {
  readonly data: Data;
  readonly warnings?: readonly string[];
}

interface WireSeries {
  readonly metric: Labels;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

interface QueryData {
  readonly resultType: 'matrix' | 'vector' | 'scalar' | 'string';
  readonly result: readonly WireSeries[] | readonly [time: number, value: string];
}

/** `+Inf`, `-Inf` and `NaN` as Prometheus writes them. */
export function parseValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function seriesOf(data: QueryData): readonly Series[] {
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    const [time, value] = data.result as readonly [number, string];
    return [{ labels: {}, times: [time], values: [parseValue(value)] }];
  }
  return (data.result as readonly WireSeries[]).map(({ metric, value, values }) => {
    const points = values ?? (value === undefined ? [] : [value]);
    return {
      labels: metric,
      times: points.map(([time]) => time),
      values: points.map(([, text]) => parseValue(text)),
    };
  });
}

/** The instant answer at a moment [ms since 1970]: one value a series. */
export async function queryInstant(
  query: string,
  timeMs: number,
  signal?: AbortSignal,
): Promise<readonly Series[]> {
  const { data } = await requestJson<Envelope<QueryData>>(
    '/api/v1/query',
    { query, time: timeMs / 1000 },
    { signal, lists: 'data.result' },
  );
  return seriesOf(data);
}

export interface RangeQuery {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Between two points [s]. */
  readonly stepSeconds: number;
}

/** So much of the end may be left out for moments that stand still [ms]. */
const MAX_LATE_MS = 60_000;

/**
 * The end of a range as it is asked for: a multiple of the step, so that a refresh does not shift the points, or of a minute
 * where steps are longer: what began within the last of them has to be seen.
 */
export function wholeEnd(endMs: number, stepSeconds: number): number {
  const gridMs = Math.min(MAX_LATE_MS, stepSeconds * 1000);
  return Math.floor(endMs / gridMs) * gridMs;
}

/** One value a step and series, the last of them at the end. */
export async function queryRange(
  { query, startMs, endMs, stepSeconds }: RangeQuery,
  signal?: AbortSignal,
): Promise<readonly Series[]> {
  const stepMs = stepSeconds * 1000;
  const wholeEndMs = wholeEnd(endMs, stepSeconds);
  const { data } = await requestJson<Envelope<QueryData>>(
    '/api/v1/query_range',
    {
      query,
      start: (wholeEndMs - Math.ceil((wholeEndMs - startMs) / stepMs) * stepMs) / 1000,
      end: wholeEndMs / 1000,
      step: stepSeconds,
    },
    { signal, lists: 'data.result' },
  );
  return seriesOf(data);
}

/** A step that gives about so many points, from a list of round ones [s]. */
export function stepFor(startMs: number, endMs: number, points = 240): number {
  const wanted = (endMs - startMs) / 1000 / points;
  const round = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];
  return round.find((each) => each >= wanted) ?? 86_400;
}

export async function labelNames(match: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  return (
    await requestJson<Envelope<readonly string[]>>(
      '/api/v1/labels',
      { 'match[]': match },
      { signal, lists: 'data' },
    )
  ).data;
}

export async function labelValues(
  label: string,
  match: readonly string[] = [],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const path = `/api/v1/label/${encodeURIComponent(label)}/values`;
  return (
    await requestJson<Envelope<readonly string[]>>(path, { 'match[]': match }, { signal, lists: 'data' })
  ).data;
}

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export async function metadata(
  signal?: AbortSignal,
): Promise<Readonly<Record<string, readonly MetricMetadata[]>>> {
  return (
    await requestJson<Envelope<Record<string, readonly MetricMetadata[]>>>(
      '/api/v1/metadata',
      {},
      { signal, has: 'data' },
    )
  ).data;
}

export interface PrometheusAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  /** RFC 3339. */
  readonly activeAt: string;
  readonly value: string;
}

export interface Rule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  /** Alerting rules only, from here on. */
  readonly state?: 'inactive' | 'pending' | 'firing';
  readonly duration?: number;
  readonly keepFiringFor?: number;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly alerts?: readonly PrometheusAlert[];
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly rules: readonly Rule[];
}

export async function ruleGroups(signal?: AbortSignal): Promise<readonly RuleGroup[]> {
  return (
    await requestJson<Envelope<{ groups: readonly RuleGroup[] }>>(
      '/api/v1/rules',
      {},
      { signal, lists: 'data.groups' },
    )
  ).data.groups;
}

export async function activeAlerts(signal?: AbortSignal): Promise<readonly PrometheusAlert[]> {
  return (
    await requestJson<Envelope<{ alerts: readonly PrometheusAlert[] }>>(
      '/api/v1/alerts',
      {},
      { signal, lists: 'data.alerts' },
    )
  ).data.alerts;
}

export interface Exemplar {
  readonly labels: Labels;
  readonly seriesLabels: Labels;
  readonly value: number;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
}

export async function exemplars(
  query: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  signal?: AbortSignal,
): Promise<readonly Exemplar[]> {
  interface Wire {
    readonly seriesLabels: Labels;
    readonly exemplars: readonly {
      readonly labels: Labels;
      readonly value: string;
      readonly timestamp: number;
    }[];
  }
  const { data } = await requestJson<Envelope<readonly Wire[]>>(
    '/api/v1/query_exemplars',
    { query, start: startMs / 1000, end: endMs / 1000 },
    { signal, lists: 'data' },
  );
  return data.flatMap(({ seriesLabels, exemplars: points }) =>
    points.map(({ labels, value, timestamp }) => ({
      labels,
      seriesLabels,
      value: parseValue(value),
      timeMs: timestamp * 1000,
    })),
  );
}

/** Something that is scraped. */
export interface Target {
  readonly labels: Labels;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  /** RFC 3339; of the year 1 before the first scrape. */
  readonly lastScrape: string;
  /** [s] */
  readonly lastScrapeDuration: number;
}

export async function scrapeTargets(signal?: AbortSignal): Promise<readonly Target[]> {
  const { data } = await requestJson<Envelope<{ readonly activeTargets: readonly Target[] }>>(
    '/api/v1/targets',
    { state: 'active' },
    { signal, lists: 'data.activeTargets' },
  );
  return data.activeTargets;
}
