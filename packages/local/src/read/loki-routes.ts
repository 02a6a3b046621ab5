import type { Direction, LogqlEngine, LogLists } from '@sightline/query/logql';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import { durationMs } from '@sightline/query/promql';
import { lokiAnswer } from './loki-json.ts';
import { required, timeNs, wholeNumber } from './parameters.ts';
import { asText } from './query-errors.ts';

export interface LokiRoutesOptions {
  readonly engine: LogqlEngine;
  readonly lists: LogLists;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  readonly version: string;
}

const HOUR_NS = 3_600_000_000_000n;
const SIX_HOURS_NS = 6n * HOUR_NS;
const QUERY_METHODS = ['GET', 'POST'] as const;
const MAX_LINES = 5000;
const success = (data: unknown): Answer => ({ json: { status: 'success', data } });

/**
 * The part of Loki's API that asks for data, as Grafana and `logcli` use it.
 *
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
 */
export function lokiRoutes(options: LokiRoutesOptions): readonly Route[] {
  const { engine, lists, now, version } = options;
  const nowNs = (): bigint => BigInt(now()) * 1_000_000n;

  function listRange({ parameters }: Call): { readonly startNs: bigint; readonly endNs: bigint } {
    const endNs = timeNs(parameters, 'end', nowNs());
    return { startNs: timeNs(parameters, 'start', endNs - SIX_HOURS_NS), endNs };
  }

  function queryRange({ parameters, request, signal }: Call): Promise<Answer> {
    const endNs = timeNs(parameters, 'end', nowNs());
    const sinceMs = durationMs(parameters.get('since') ?? '') ?? 3_600_000;
    const startNs = timeNs(parameters, 'start', endNs - BigInt(sinceMs) * 1_000_000n);
    const categorized = wantsCategories(request.headers['x-loki-response-encoding-flags']);
    const stepNs = durationNs(parameters, 'step');
    const intervalNs = durationNs(parameters, 'interval');
    return asText(async () => ({
      json: lokiAnswer(
        await engine.range(required(parameters, 'query'), {
          startNs,
          endNs,
          ...(stepNs !== undefined && { stepNs }),
          ...(intervalNs !== undefined && { intervalNs }),
          limit: linesOf(parameters),
          direction: directionOf(parameters),
          categorizeLabels: categorized,
          signal,
        }),
        categorized,
      ),
    }));
  }

  function query({ parameters, signal }: Call): Promise<Answer> {
    const atNs = timeNs(parameters, 'time', nowNs());
    return asText(async () => ({
      json: lokiAnswer(await engine.instant(required(parameters, 'query'), { timeNs: atNs, signal }), false),
    }));
  }

  return [
    { methods: QUERY_METHODS, path: '/loki/api/v1/query_range', handle: queryRange },
    { methods: QUERY_METHODS, path: '/loki/api/v1/query', handle: query },
    ...(['/loki/api/v1/labels', '/loki/api/v1/label'] as const).map((path): Route => ({
      methods: QUERY_METHODS,
      path,
      handle: (call) => asText(() => success(lists.labels(listRange(call), textOf(call, 'query')))),
    })),
    {
      methods: QUERY_METHODS,
      path: '/loki/api/v1/label/:name/values',
      handle: (call) =>
        asText(() =>
          success(lists.labelValues(call.params['name'] ?? '', listRange(call), textOf(call, 'query'))),
        ),
    },
    {
      methods: QUERY_METHODS,
      path: '/loki/api/v1/series',
      handle: (call) => asText(() => success(lists.series(selectorsOf(call), listRange(call)))),
    },
    {
      methods: QUERY_METHODS,
      path: '/loki/api/v1/index/stats',
      handle: (call) =>
        asText(async () => {
          const stats = await lists.stats(required(call.parameters, 'query'), {
            ...listRange(call),
            signal: call.signal,
          });
          return { json: { ...stats, chunks: stats.streams } };
        }),
    },
    {
      methods: QUERY_METHODS,
      path: '/loki/api/v1/index/volume',
      handle: (call) =>
        asText(async () => {
          const range = listRange(call);
          const targetLabels = call.parameters.get('targetLabels')?.split(',');
          const volumes = await lists.volume(required(call.parameters, 'query'), {
            ...range,
            ...(targetLabels && { targetLabels }),
            limit: wholeNumber(call.parameters, 'limit', 100),
            signal: call.signal,
          });
          const time = Number(range.endNs / 1_000_000n) / 1000;
          const result = volumes.map(({ labels, bytes }) => ({
            metric: labels,
            value: [time, String(bytes)],
          }));
          return success({ resultType: 'vector', result, stats: {} });
        }),
    },
    { methods: ['GET'], path: '/loki/api/v1/status/buildinfo', handle: () => ({ json: { version } }) },
  ];
}

function wantsCategories(flags: string | string[] | undefined): boolean {
  return String(flags ?? '')
    .split(',')
    .some((flag) => flag.trim() === 'categorize-labels');
}

function linesOf(parameters: URLSearchParams): number {
  const limit = wholeNumber(parameters, 'limit', 100);
  if (limit <= MAX_LINES) return limit;
  throw new HttpError(
    400,
    `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MAX_LINES})`,
  );
}

function directionOf(parameters: URLSearchParams): Direction {
  return parameters.get('direction')?.toLowerCase() === 'forward' ? 'forward' : 'backward';
}

function durationNs(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : durationMs(text);
  if (ms === undefined || ms < 0)
    throw new HttpError(
      400,
      `invalid parameter "${name}": cannot parse ${JSON.stringify(text)} to a valid duration`,
    );
  return BigInt(Math.round(ms * 1e6));
}

function textOf({ parameters }: Call, name: string): string | undefined {
  return parameters.get(name) ?? undefined;
}

function selectorsOf({ parameters }: Call): readonly string[] {
  return [...parameters.getAll('match[]'), ...parameters.getAll('match')];
}
