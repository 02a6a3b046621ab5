import { QueryError } from '@sightline/query';
import {
  type Direction,
  type LogqlEngine,
  type LogLists,
  formatLogql,
  parseLogql,
} from '@sightline/query/logql';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import { lokiAnswer } from './loki-json.ts';
import { MAX_LINES, type TimeRangeNs, lokiLimit, lokiQuery, lokiRange, stepOf } from './loki-range.ts';
import { durationNs, timeNs, valuesOf } from './parameters.ts';
import { asText } from './query-errors.ts';

export interface LokiRoutesOptions {
  readonly engine: LogqlEngine;
  readonly lists: LogLists;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  readonly version: string;
}

const SIX_HOURS_MS = 6 * 3_600_000;
const QUERY_METHODS = ['GET', 'POST'] as const;
const success = (data: unknown): Answer => ({ json: { status: 'success', data } });

/**
 * The part of Loki's API that asks for data, as Grafana and `logcli` use it.
 *
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
 */
export function lokiRoutes(options: LokiRoutesOptions): readonly Route[] {
  const { engine, lists, now, version } = options;
  const nowNs = (): bigint => BigInt(now()) * 1_000_000n;

  const listRange = (call: Call): TimeRangeNs => lokiRange(call, nowNs(), SIX_HOURS_MS);

  function queryRange({ parameters, request, signal }: Call): Promise<Answer> {
    const { startNs, endNs } = lokiRange({ parameters }, nowNs());
    const categorized = wantsCategories(request.headers['x-loki-response-encoding-flags']);
    const stepNs = stepOf(parameters);
    const intervalNs = durationNs(parameters, 'interval');
    return asText(async () => ({
      json: lokiAnswer(
        await engine.range(lokiQuery(parameters), {
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
      json: lokiAnswer(await engine.instant(lokiQuery(parameters), { timeNs: atNs, signal }), false),
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
          success(lists.labelValues(call.params['name']!, listRange(call), textOf(call, 'query'))),
        ),
    },
    {
      methods: QUERY_METHODS,
      path: '/loki/api/v1/series',
      handle: (call) => asText(() => success(lists.series(selectorsOf(call), listRange(call)))),
    },
    {
      methods: QUERY_METHODS,
      path: '/loki/api/v1/format_query',
      handle: ({ parameters }) => formatted(parameters.get('query') ?? ''),
    },
    { methods: ['GET'], path: '/loki/api/v1/status/buildinfo', handle: () => ({ json: { version } }) },
  ];
}

function formatted(query: string): Answer {
  try {
    return success(formatLogql(parseLogql(query)));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { status: 400, json: { status: 'invalid-query', error: error.message } };
  }
}

function wantsCategories(flags: string | string[] | undefined): boolean {
  return String(flags ?? '')
    .split(',')
    .some((flag) => flag.trim() === 'categorize-labels');
}

function linesOf(parameters: URLSearchParams): number {
  const limit = lokiLimit(parameters);
  if (limit <= MAX_LINES) return limit;
  throw new HttpError(
    400,
    `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MAX_LINES})`,
  );
}

function directionOf(parameters: URLSearchParams): Direction {
  const direction = parameters.get('direction') ?? '';
  const lower = direction.toLowerCase();
  if (lower === 'forward') return lower;
  if (lower !== 'backward' && lower !== '') throw new HttpError(400, `invalid direction '${direction}'`);
  return 'backward';
}

function textOf({ parameters }: Call, name: string): string | undefined {
  return parameters.get(name) ?? undefined;
}

function selectorsOf({ parameters }: Call): readonly string[] {
  return [...valuesOf(parameters, 'match[]'), ...valuesOf(parameters, 'match')];
}
