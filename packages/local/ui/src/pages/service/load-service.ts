import { queryLogs } from '../../api/loki.ts';
import {
  type Exemplar,
  type PrometheusAlert,
  type Series,
  activeAlerts,
  exemplars,
  queryInstant,
  queryRange,
} from '../../api/prometheus.ts';
import { ApiError } from '../../api/request.ts';
import { type Run, runs } from '../../api/stack.ts';
import { quoted } from '../../parts/quote.ts';
import { evidenceOf, jobMatcher, serviceOfJob } from '../../parts/service-name.ts';
import { lastValue } from '../../parts/sparkline-path.ts';
import {
  MAX_WINDOW_SECONDS,
  type RedQueries,
  httpQueries,
  resolutionOf,
  spanQueries,
} from '../services/service-queries.ts';
import { serviceOfAlert } from '../services/service-rows.ts';
import { type ErrorGroup, groupErrors } from './group-errors.ts';
import { dependencyQueries, stateQueries } from './state-queries.ts';
import { type RouteRow, type TableRow, redTable, routeRows } from './tables.ts';

interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

export interface LoadedService {
  readonly range: Range;
  readonly window: string;
  readonly windowSeconds: number;
  readonly stepSeconds: number;
  /** Whether it measures its requests itself; otherwise the numbers are those over its spans. */
  readonly isMeasured: boolean;
  readonly queries: RedQueries & { readonly p95: string };
  readonly rate: readonly Series[];
  readonly errorRatio: readonly Series[];
  /** Of the end of the range, over the window. */
  readonly now: Readonly<Record<'rate' | 'errorRatio' | 'p99', number | undefined>>;
  /** p50, p95 and p99. */
  readonly quantiles: readonly (readonly [name: string, series: Series])[];
  readonly exemplars: readonly Exemplar[];
  readonly routes: readonly RouteRow[];
  readonly dependencies: readonly TableRow[];
  readonly callers: readonly TableRow[];
  readonly state: Readonly<Record<keyof ReturnType<typeof stateQueries>, readonly Series[]>>;
  readonly runs: readonly Run[];
  readonly alerts: readonly PrometheusAlert[];
  readonly errors: readonly ErrorGroup[];
  /** How many error lines were looked at; of more the newest. */
  readonly errorLines: number;
  readonly problems: readonly string[];
}

export const ERROR_LINES = 500;

interface Shown {
  readonly series: readonly Series[];
  readonly now: number | undefined;
}

/** Everything that is known of one service; what a server does not answer is left out and named in `problems`. */
export async function loadService(name: string, range: Range, signal: AbortSignal): Promise<LoadedService> {
  const { stepSeconds, windowSeconds: lineSeconds } = resolutionOf(range, 120);
  const windowSeconds = Math.min(lineSeconds, MAX_WINDOW_SECONDS);
  const window = `${windowSeconds}s`;
  const problems = new Set<string>();
  const orNone = async <Item>(what: string, asked: Promise<readonly Item[]>): Promise<readonly Item[]> => {
    try {
      return await asked;
    } catch (error) {
      if (signal.aborted) throw error;
      // Only the embedded stack has it.
      if (!(error instanceof ApiError && error.status === 404))
        problems.add(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
  const instant = (what: string, query: string): Promise<readonly Series[]> =>
    orNone(what, queryInstant(query, range.endMs, signal));
  const overTime = (query: string): Promise<readonly Series[]> =>
    queryRange({ query, ...range, stepSeconds }, signal);

  const measured = await overTime(httpQueries(`${lineSeconds}s`, 'job', jobMatcher(name)).rate);
  const isMeasured = measured.length > 0;
  const spanMatcher = `service=${quoted(name)}`;
  const redOver = (seconds: number): RedQueries & { readonly p95: string } => {
    const red = isMeasured
      ? httpQueries(`${seconds}s`, 'job', jobMatcher(name))
      : spanQueries(`${seconds}s`, 'service', spanMatcher);
    return { ...red, p95: red.p99.replace('histogram_quantile(0.99', 'histogram_quantile(0.95') };
  };
  const queries = redOver(windowSeconds);
  const lines = redOver(lineSeconds);
  const now = async (what: string, query: string, over: Promise<readonly Series[]>): Promise<Shown> => {
    const [series, value] = await Promise.all([
      over,
      lineSeconds > windowSeconds ? instant(what, query) : undefined,
    ]);
    const freshFrom = range.endMs / 1000 - 2 * stepSeconds;
    const [first] = value ?? series;
    return {
      series,
      now: first === undefined ? undefined : lastValue(first, value === undefined ? freshFrom : 0),
    };
  };
  const routeQueries = isMeasured
    ? httpQueries(window, 'http_request_method, http_route', jobMatcher(name))
    : spanQueries(window, 'span_name', spanMatcher);
  const bucket = isMeasured
    ? `http_server_request_duration_seconds_bucket{${jobMatcher(name)}}`
    : `traces_spanmetrics_latency_bucket{${spanMatcher}, span_kind="SPAN_KIND_SERVER"}`;
  const [outgoing, incoming] = dependencyQueries(window, name);
  const states = Object.entries(stateQueries(window, jobMatcher(name)));

  const [
    rate,
    errorRatio,
    p50,
    p95,
    p99,
    points,
    routes,
    dependencies,
    callers,
    state,
    started,
    alerts,
    errorLines,
  ] = await Promise.all([
    now(
      'requests',
      queries.rate,
      isMeasured ? Promise.resolve(measured) : orNone('requests', overTime(lines.rate)),
    ),
    now('errors', queries.errorRatio, orNone('errors', overTime(lines.errorRatio))),
    orNone('durations', overTime(lines.p50)),
    orNone('durations', overTime(lines.p95)),
    now('durations', queries.p99, orNone('durations', overTime(lines.p99))),
    orNone('exemplars', exemplars(bucket, range, signal)),
    redTable(routeQueries, (query) => instant('routes', query)),
    redTable(outgoing, (query) => instant('dependencies', query)),
    redTable(incoming, (query) => instant('callers', query)),
    Promise.all(states.map(async ([key, query]) => [key, await instant(key, query)] as const)),
    orNone('starts', runs(signal)),
    orNone('alerts', activeAlerts(signal)),
    orNone('errors', queryLogs({ ...range, query: evidenceOf(name).errorLogs, limit: ERROR_LINES }, signal)),
  ]);
  return {
    range,
    window,
    windowSeconds,
    stepSeconds,
    isMeasured,
    queries,
    rate: rate.series,
    errorRatio: errorRatio.series,
    now: { rate: rate.now, errorRatio: errorRatio.now, p99: p99.now },
    quantiles: (
      [
        ['p50', p50[0]],
        ['p95', p95[0]],
        ['p99', p99.series[0]],
      ] as const
    ).flatMap(([label, series]) => (series === undefined ? [] : [[label, series] as const])),
    exemplars: points,
    routes: routeRows(routes, points),
    dependencies,
    callers,
    state: Object.fromEntries(state) as LoadedService['state'],
    runs: started.filter(({ service }) => service === name),
    alerts: alerts.filter(
      (alert) =>
        serviceOfAlert(alert, (job) => (job === name ? name : serviceOfJob(job))) === name &&
        alert.labels['severity'] !== 'none',
    ),
    errors: groupErrors(errorLines),
    errorLines: errorLines.length,
    problems: [...problems],
  };
}
