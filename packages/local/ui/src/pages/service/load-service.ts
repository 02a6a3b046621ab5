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
import { evidenceOf, jobMatcher } from '../../parts/service-name.ts';
import { type RedQueries, httpQueries, resolutionOf, spanQueries } from '../services/service-queries.ts';
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
  readonly stepSeconds: number;
  /** Whether it measures its requests itself; otherwise the numbers are those over its spans. */
  readonly isMeasured: boolean;
  readonly queries: RedQueries & { readonly p95: string };
  readonly rate: readonly Series[];
  readonly errorRatio: readonly Series[];
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

/** Everything that is known of one service; what a server does not answer is left out and named in `problems`. */
export async function loadService(name: string, range: Range, signal: AbortSignal): Promise<LoadedService> {
  const { stepSeconds, window } = resolutionOf(range, 120);
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

  const http = httpQueries(window, 'job', jobMatcher(name));
  const measured = await overTime(http.rate);
  const isMeasured = measured.length > 0;
  const spanMatcher = `service=${quoted(name)}`;
  const red = isMeasured ? http : spanQueries(window, 'service', spanMatcher);
  const queries = { ...red, p95: red.p99.replace('histogram_quantile(0.99', 'histogram_quantile(0.95') };
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
    lines,
  ] = await Promise.all([
    isMeasured ? measured : orNone('requests', overTime(queries.rate)),
    orNone('errors', overTime(queries.errorRatio)),
    orNone('durations', overTime(queries.p50)),
    orNone('durations', overTime(queries.p95)),
    orNone('durations', overTime(queries.p99)),
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
    stepSeconds,
    isMeasured,
    queries,
    rate,
    errorRatio,
    quantiles: (
      [
        ['p50', p50[0]],
        ['p95', p95[0]],
        ['p99', p99[0]],
      ] as const
    ).flatMap(([label, series]) => (series === undefined ? [] : [[label, series] as const])),
    exemplars: points,
    routes: routeRows(routes, points),
    dependencies,
    callers,
    state: Object.fromEntries(state) as LoadedService['state'],
    runs: started.filter(({ service }) => service === name),
    alerts: alerts.filter((alert) => serviceOfAlert(alert) === name && alert.labels['severity'] !== 'none'),
    errors: groupErrors(lines),
    errorLines: lines.length,
    problems: [...problems],
  };
}
