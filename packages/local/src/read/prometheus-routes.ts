import { type Labels, QueryError, defaultLimits } from '@sightline/query';
import {
  type PromqlEngine,
  type PromqlResult,
  type PromqlValue,
  createPromqlEngine,
  durationMs,
  formatExpression,
  parsePromql,
} from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import type { MetricStores } from '../store/sample-sink.ts';
import { timeMs, wholeNumber } from './parameters.ts';
import { type Annotated, prometheusAnswer } from './prometheus-answer.ts';
import { promqlPieces } from './promql-pieces.ts';
import { referencedSelectors } from './referenced-selectors.ts';
import { selectorsOf } from './selectors.ts';
import { unescapedName } from './unescaped-name.ts';

export interface PrometheusRoutesOptions {
  readonly engine: PromqlEngine;
  readonly stores: MetricStores;
  /** Since 1970 [ms]. */
  readonly now: () => number;
}

const QUERY_METHODS = ['GET', 'POST'] as const;
/** Longest duration that Go holds [ms], and longest time of a timer here [ms]. */
const MAX_DURATION_MS = 9_223_372_036_854;
const MAX_TIMER_MS = 2 ** 31 - 1;
const TRUNCATED = 'results truncated due to limit';

/**
 * The part of Prometheus's API that asks for data.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function prometheusRoutes({ engine, stores, now }: PrometheusRoutesOptions): readonly Route[] {
  const { series, exemplars, metadata } = stores;

  /** With the `lookback_delta` of the call, where it has one. */
  function engineOf({ parameters }: Call): PromqlEngine {
    if ((parameters.get('lookback_delta') ?? '') === '') return engine;
    const lookbackMs = durationOf(parameters, 'lookback_delta', 'error parsing lookback delta duration: ');
    return lookbackMs > 0 ? createPromqlEngine({ source: series, lookbackMs }) : engine;
  }

  async function query(call: Call): Promise<Annotated> {
    const { parameters } = call;
    const atMs = timeMs(parameters, 'time', now());
    const own = engineOf(call);
    const result = await inTime(call, (signal) => own.instant(queryOf(call), { timeMs: atMs, signal }));
    return bounded(call, result);
  }

  async function queryRange(call: Call): Promise<Annotated> {
    const { parameters } = call;
    const startMs = timeMs(parameters, 'start');
    const endMs = timeMs(parameters, 'end');
    if (endMs < startMs)
      throw new HttpError(400, 'invalid parameter "end": end timestamp must not be before start time');
    const stepMs = durationOf(parameters, 'step');
    checkRange(startMs, endMs, stepMs);
    const own = engineOf(call);
    const result = await inTime(call, (signal) =>
      own.range(queryOf(call), { startMs, endMs, stepMs, signal }),
    );
    return bounded(call, result);
  }

  /** The series that are asked for; undefined where that is all there are. */
  function labelSets(call: Call): Iterable<Labels> | undefined {
    const lists = selectorsOf(call);
    const range = rangeOf(call);
    if (lists.length > 0) return series.series(lists, range);
    if (range.fromMs === -Infinity && range.toMs === Infinity) return undefined;
    const { oldestMs = 0, newestMs = 0 } = series.stats();
    return range.fromMs <= oldestMs && range.toMs >= newestMs ? undefined : series.series([[]], range);
  }

  function labelNames(call: Call): Annotated {
    const sets = labelSets(call);
    if (sets === undefined) return limited(call, [...series.labelNames()].toSorted());
    const names = new Set<string>();
    for (const labels of sets) for (const name of Object.keys(labels)) names.add(name);
    return limited(call, [...names].toSorted());
  }

  function labelValues(call: Call): Annotated {
    const name = unescapedName(call.params['name']!);
    if (name === '') throw new HttpError(400, 'invalid label name: ""');
    const sets = labelSets(call);
    if (sets === undefined) return limited(call, [...series.labelValues(name)].toSorted());
    const values = new Set<string>();
    for (const labels of sets) if (Object.hasOwn(labels, name)) values.add(labels[name]!);
    return limited(call, [...values].toSorted());
  }

  function queryExemplars(call: Call): Annotated {
    const range = rangeOf(call);
    if (range.toMs < range.fromMs)
      throw new HttpError(400, 'end timestamp must not be before start timestamp');
    const found = exemplars.find(referencedSelectors(parsePromql(queryOf(call))), range);
    return {
      data: found.map(({ seriesLabels, exemplars: own }) => ({
        seriesLabels,
        exemplars: own.map(({ labels, value, timeMs: atMs }) => ({
          labels,
          value: String(value),
          timestamp: atMs / 1000,
        })),
      })),
    };
  }

  function metadataOf({ parameters }: Call): Annotated {
    const wanted = parameters.get('metric');
    const limit = parameters.get('limit') === '-1' ? Infinity : wholeNumber(parameters, 'limit', Infinity);
    // There is one of each metric here, so that no number of them leaves any out.
    if (!/^(?:[+-]?\d+)?$/.test(parameters.get('limit_per_metric') ?? ''))
      throw new HttpError(400, 'limit_per_metric must be a number');
    const all = [...metadata.all()].filter(([name]) => wanted === null || wanted === '' || name === wanted);
    return { data: Object.fromEntries(all.slice(0, limit).map(([name, each]) => [name, [each]])) };
  }

  function seriesOf(call: Call): Annotated {
    if (call.parameters.getAll('match[]').length === 0)
      throw new HttpError(400, 'no match[] parameter provided');
    return limited(call, sorted(labelSets(call) ?? []));
  }

  const routes: readonly [path: string, handle: (call: Call) => Annotated | Promise<Annotated>][] = [
    ['/api/v1/query', query],
    ['/api/v1/query_range', queryRange],
    ['/api/v1/query_exemplars', queryExemplars],
    ['/api/v1/format_query', formatQuery],
    ['/api/v1/series', seriesOf],
    ['/api/v1/labels', labelNames],
    ['/api/v1/label/:name/values', labelValues],
    ['/api/v1/metadata', metadataOf],
  ];
  return routes.map(([path, handle]) => ({
    methods: QUERY_METHODS,
    path,
    handle: (call: Call): Promise<Answer> => prometheusAnswer(() => handle(call)),
  }));
}

function formatQuery(call: Call): Annotated {
  return { data: formatExpression(parsePromql(queryOf(call))) };
}

/** Whatever there is where nothing is said. @throws {HttpError} 400 */
function rangeOf({ parameters }: Call): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: timeMs(parameters, 'start', -Infinity), toMs: timeMs(parameters, 'end', Infinity) };
}

/** What is missing is an expression with nothing in it: the parser says so. */
function queryOf({ parameters }: Call): string {
  return parameters.get('query') ?? '';
}

/** In the order of Prometheus: by name and value, one label after the other. */
function sorted(sets: Iterable<Labels>): readonly Labels[] {
  const keyed = Array.from(sets, (labels) => ({ labels, key: Object.entries(labels).flat().join('\0') }));
  return keyed
    .toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ labels }) => labels);
}

/** What the engine would refuse as well, in the words and with the status of Prometheus. @throws {HttpError} 400 */
function checkRange(startMs: number, endMs: number, stepMs: number): void {
  if (stepMs <= 0) {
    throw new HttpError(
      400,
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if ((endMs - startMs) / stepMs > defaultLimits.maxSteps) {
    const most = defaultLimits.maxSteps.toLocaleString('en-US');
    throw new HttpError(
      400,
      `exceeded maximum resolution of ${most} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    );
  }
}

/** Seconds, or a duration such as `15s`. @throws {HttpError} 400 */
function durationOf(
  parameters: URLSearchParams,
  name: string,
  before = `invalid parameter "${name}": `,
): number {
  const text = parameters.get(name) ?? '';
  const seconds = text === '' ? Number.NaN : Number(text);
  const ms = Number.isFinite(seconds) ? Math.round(seconds * 1000) : durationMs(text);
  if (ms === undefined || Math.abs(ms) > MAX_DURATION_MS) {
    const overflow = ms === undefined ? '' : '. It overflows int64';
    throw new HttpError(400, `${before}cannot parse ${JSON.stringify(text)} to a valid duration${overflow}`);
  }
  return ms;
}

/** Runs a query that may take as long as `timeout` says. @throws {QueryError} `timeout` */
async function inTime<Result>(
  { parameters, signal }: Call,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if ((parameters.get('timeout') ?? '') === '') return run(signal);
  const timeoutMs = durationOf(parameters, 'timeout');
  const timeout = AbortSignal.timeout(Math.min(Math.max(timeoutMs, 0), MAX_TIMER_MS));
  try {
    if (timeoutMs <= 0) throw new QueryError('timeout', 'query timed out in query execution');
    return await run(AbortSignal.any([signal, timeout]));
  } catch (error) {
    const isOver = error instanceof QueryError && error.class === 'canceled' && !signal.aborted;
    throw isOver ? new QueryError('timeout', 'query timed out in expression evaluation') : error;
  }
}

/** The first so many series where `limit` says so, with the warning of Prometheus. */
function bounded(call: Call, result: PromqlResult): Annotated {
  const limit = wholeNumber(call.parameters, 'limit', 0);
  const { annotations } = result;
  const cut = limit === 0 ? undefined : firstOf(result, limit);
  if (cut === undefined) return { pieces: promqlPieces(result), ...annotations };
  return { pieces: promqlPieces(cut), ...annotations, warnings: [...annotations.warnings, TRUNCATED] };
}

/** The first series of a result; undefined where there are no others. */
function firstOf(result: PromqlResult, limit: number): PromqlValue | undefined {
  if (result.type === 'vector' && result.vector.length > limit)
    return { type: 'vector', vector: result.vector.slice(0, limit) };
  if (result.type === 'matrix' && result.matrix.length > limit)
    return { type: 'matrix', matrix: result.matrix.slice(0, limit) };
  return undefined;
}

function limited(call: Call, values: readonly unknown[]): Annotated {
  const limit = wholeNumber(call.parameters, 'limit', 0);
  if (limit === 0 || values.length <= limit) return { data: values };
  return { data: values.slice(0, limit), warnings: [TRUNCATED] };
}
