import { type Labels, defaultLimits } from '@sightline/query';
import {
  type PromqlEngine,
  durationMs,
  formatExpression,
  parsePromql,
  promqlValueToJson,
} from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import type { MetricStores } from '../store/sample-sink.ts';
import { required, timeMs, wholeNumber } from './parameters.ts';
import { type Annotated, prometheusAnswer } from './prometheus-answer.ts';
import { referencedSelectors } from './referenced-selectors.ts';
import { selectorsOf } from './selectors.ts';

export interface PrometheusRoutesOptions {
  readonly engine: PromqlEngine;
  readonly stores: MetricStores;
  /** Since 1970 [ms]. */
  readonly now: () => number;
}

const QUERY_METHODS = ['GET', 'POST'] as const;
const DAY_MS = 86_400_000;

/**
 * The part of Prometheus's API that asks for data.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function prometheusRoutes({ engine, stores, now }: PrometheusRoutesOptions): readonly Route[] {
  const { series, exemplars, metadata } = stores;

  async function query(call: Call): Promise<Annotated> {
    const { parameters } = call;
    const result = await engine.instant(required(parameters, 'query'), {
      timeMs: timeMs(parameters, 'time', now()),
      signal: signalOf(call),
    });
    return bounded(call, { data: promqlValueToJson(result), ...result.annotations });
  }

  async function queryRange(call: Call): Promise<Annotated> {
    const { parameters } = call;
    const stepMs = durationOf(parameters, 'step');
    if (stepMs === undefined) throw new HttpError(400, 'invalid parameter "step": it is missing');
    const startMs = timeMs(parameters, 'start');
    const endMs = timeMs(parameters, 'end');
    checkRange(startMs, endMs, stepMs);
    const result = await engine.range(required(parameters, 'query'), {
      startMs,
      endMs,
      stepMs,
      signal: signalOf(call),
    });
    return bounded(call, { data: promqlValueToJson(result), ...result.annotations });
  }

  function rangeOf({ parameters }: Call): { readonly fromMs: number; readonly toMs: number } {
    const toMs = timeMs(parameters, 'end', now());
    return { fromMs: timeMs(parameters, 'start', toMs - DAY_MS), toMs };
  }

  function labelSets(call: Call): Iterable<Labels> {
    const lists = selectorsOf(call);
    return series.series(lists.length === 0 ? [[]] : lists, rangeOf(call));
  }

  function labelNames(call: Call): Annotated {
    if (selectorsOf(call).length === 0) return { data: limited(call, [...series.labelNames()].toSorted()) };
    const names = new Set<string>();
    for (const labels of labelSets(call)) for (const name of Object.keys(labels)) names.add(name);
    return { data: limited(call, [...names].toSorted()) };
  }

  function labelValues(call: Call): Annotated {
    const name = call.params['name']!;
    if (selectorsOf(call).length === 0)
      return { data: limited(call, [...series.labelValues(name)].toSorted()) };
    const values = new Set<string>();
    for (const labels of labelSets(call)) if (labels[name] !== undefined) values.add(labels[name]);
    return { data: limited(call, [...values].toSorted()) };
  }

  function queryExemplars(call: Call): Annotated {
    const lists = referencedSelectors(parsePromql(required(call.parameters, 'query')));
    const found = exemplars.find(lists, rangeOf(call));
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
    const limit = wholeNumber(parameters, 'limit', Infinity);
    const all = [...metadata.all()].filter(([name]) => wanted === null || wanted === '' || name === wanted);
    return { data: Object.fromEntries(all.slice(0, limit).map(([name, each]) => [name, [each]])) };
  }

  function seriesOf(call: Call): Annotated {
    if (call.parameters.getAll('match[]').length === 0)
      throw new HttpError(400, 'no match[] parameter provided');
    return { data: limited(call, [...labelSets(call)]) };
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

function formatQuery({ parameters }: Call): Annotated {
  return { data: formatExpression(parsePromql(required(parameters, 'query'))) };
}

/** What the engine would refuse as well, in the words and with the status of Prometheus. @throws {HttpError} 400 */
function checkRange(startMs: number, endMs: number, stepMs: number): void {
  if (endMs < startMs) {
    throw new HttpError(400, 'invalid parameter "end": end timestamp must not be before start time');
  }
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
function durationOf(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? Math.round(seconds * 1000) : durationMs(text);
  if (ms === undefined) {
    throw new HttpError(
      400,
      `invalid parameter "${name}": cannot parse ${JSON.stringify(text)} to a valid duration`,
    );
  }
  return ms;
}

/** The signal of a query that may take as long as `timeout` says. */
function signalOf({ parameters, signal }: Call): AbortSignal {
  const timeoutMs = durationOf(parameters, 'timeout');
  return timeoutMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

/** The first so many series where `limit` says so, with the warning of Prometheus. */
function bounded(call: Call, answer: Annotated): Annotated {
  const limit = wholeNumber(call.parameters, 'limit', 0);
  const { resultType, result } = answer.data as { readonly resultType: string; readonly result: unknown };
  if (
    limit === 0 ||
    !['vector', 'matrix'].includes(resultType) ||
    !Array.isArray(result) ||
    result.length <= limit
  )
    return answer;
  return {
    ...answer,
    data: { resultType, result: result.slice(0, limit) },
    warnings: [...(answer.warnings ?? []), 'results truncated due to limit'],
  };
}

function limited<Each>(call: Call, values: readonly Each[]): readonly Each[] {
  const limit = wholeNumber(call.parameters, 'limit', 0);
  return limit === 0 ? values : values.slice(0, limit);
}
