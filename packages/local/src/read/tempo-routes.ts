import {
  type MemoryTraces,
  instantJson,
  queryTraceMetrics,
  queryTraceMetricsInstant,
  rangeJson,
  searchTraces,
  tagNames,
  type TagScope,
  tagValues,
  type TimeRangeNs,
  type Trace,
} from '@sightline/query/traceql';
import { QueryError } from '@sightline/query';
import { durationMs } from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import { inTurns } from '../ingest/in-turns.ts';
import { span as spanShape, traceByIdResponse, traceData } from '../wire/otlp.ts';
import { writeProtobuf } from '../wire/write-protobuf.ts';
import { durationNs, timeNs, wholeNumber } from './parameters.ts';
import { asText } from './query-errors.ts';
import { searchText } from './tempo-search.ts';
import { messageJson, resourceSpansJson } from './trace-json.ts';
import { traceMessage } from './trace-message.ts';

export interface TempoRoutesOptions {
  readonly traces: MemoryTraces;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  readonly version: string;
}

const QUERY_METHODS = ['GET', 'POST'] as const;
const PROTOBUF = 'application/protobuf';
/** Most values of a query for series: as JSON each takes some hundred bytes. */
const MAX_VALUES = 2_000_000;

/**
 * Tempo's API, as Grafana uses it.
 *
 * Source: https://grafana.com/docs/tempo/latest/api_docs/
 */
export function tempoRoutes({ traces, now, version }: TempoRoutesOptions): readonly Route[] {
  const nowNs = (): bigint => BigInt(now()) * 1_000_000n;

  /** Whole seconds, as Tempo takes them; the end's second belongs to it. */
  function rangeOf({ parameters }: Call): { readonly startNs: bigint; readonly endNs: bigint } {
    const endNs = timeNs(parameters, 'end', nowNs());
    const sinceMs = durationMs(parameters.get('since') ?? '') ?? 3_600_000;
    const startNs = timeNs(parameters, 'start', endNs - BigInt(sinceMs) * 1_000_000n);
    if (parameters.has('start') && parameters.has('end') && startNs >= endNs) {
      const received = `start=${parameters.get('start')} end=${parameters.get('end')}`;
      throw new HttpError(400, `http parameter start must be before end. received ${received}`);
    }
    return { startNs, endNs };
  }

  function search(call: Call): Promise<Answer> {
    const { parameters, signal } = call;
    const bounded = parameters.has('start') || parameters.has('end');
    const { startNs, endNs } = rangeOf(call);
    const limit = count(parameters, 'limit', 20);
    if (limit === 0) throw new HttpError(400, 'invalid limit: must be a positive number');
    return named('invalid TraceQL query', async () => ({
      json: await searchTraces(traces, searchText(parameters), {
        ...(bounded && { range: { fromNs: startNs, toNs: endNs } }),
        limit,
        spansPerSpanset: count(parameters, 'spss', 3),
        signal,
      }),
    }));
  }

  function byId(wrap: 'batches' | 'trace') {
    return async ({ params, request, signal }: Call): Promise<Answer> => {
      const id = params['id']!;
      if (!/^[\da-f]{1,32}$/i.test(id))
        throw new HttpError(
          400,
          `a trace id has up to 32 hexadecimal digits, not ${JSON.stringify(id.slice(0, 40))}`,
        );
      const trace = await traces.trace(id, signal);
      if (trace === undefined) throw new HttpError(404, 'trace not found');
      return request.headers.accept?.includes(PROTOBUF) === true
        ? asProtobuf(trace, wrap)
        : asJson(trace, wrap);
    };
  }

  function metricsRange(call: Call): Promise<Answer> {
    const { parameters, signal } = call;
    const stepNs = durationNs(parameters, 'step');
    return asText(async () => ({
      json: rangeJson(
        (
          await queryTraceMetrics(traces, parameters.get('q') ?? '', {
            ...rangeOf(call),
            ...(stepNs !== undefined && { stepNs }),
            exemplars: wholeNumber(parameters, 'exemplars', 100),
            limits: { maxSamples: MAX_VALUES },
            signal,
          })
        ).series,
      ),
    }));
  }

  function metricsInstant(call: Call): Promise<Answer> {
    const { parameters, signal } = call;
    return asText(async () => ({
      json: instantJson(
        (await queryTraceMetricsInstant(traces, parameters.get('q') ?? '', { ...rangeOf(call), signal }))
          .series,
      ),
    }));
  }

  /** Times of the list of tags are left out as often as not: then all that is kept is looked at. */
  function tagOptions(call: Call): {
    readonly query?: string;
    readonly range?: TimeRangeNs;
    readonly signal: AbortSignal;
  } {
    const { parameters, signal } = call;
    const { startNs, endNs } = rangeOf(call);
    const query = parameters.get('q');
    return {
      signal,
      ...(query !== null && query !== '' && { query }),
      ...((parameters.has('start') || parameters.has('end')) && { range: { fromNs: startNs, toNs: endNs } }),
    };
  }

  function tags(call: Call): Promise<Answer> {
    const options = { ...tagOptions(call), ...scopeOf(call) };
    return asText(async () => ({ json: await tagNames(traces, options) }));
  }

  function oldTags(call: Call): Promise<Answer> {
    const options = { ...tagOptions(call), ...scopeOf(call) };
    return asText(async () => {
      const { scopes } = await tagNames(traces, options);
      const names = scopes.filter(({ name }) => name !== 'intrinsic').flatMap((scope) => scope.tags);
      return { json: { tagNames: [...new Set(names)].toSorted() } };
    });
  }

  function values(call: Call): Promise<Answer> {
    const tag = call.params['tag']!;
    return named(`please provide a valid tagName: failed to parse identifier ${tag}`, async () => ({
      json: await tagValues(traces, tag, tagOptions(call)),
    }));
  }

  function oldValues(call: Call): Promise<Answer> {
    const tag = call.params['tag']!;
    const isScoped = tag === 'name' || /^(?:resource|span|event|link|instrumentation)\.|^\./.test(tag);
    const scoped = isScoped ? tag : `.${tag}`;
    return asText(async () => {
      const found = await tagValues(traces, scoped, tagOptions(call));
      return { json: { tagValues: found.tagValues.map(({ value }) => value) } };
    });
  }

  return [
    { methods: QUERY_METHODS, path: '/api/search', handle: search },
    { methods: ['GET'], path: '/api/search/tags', handle: oldTags },
    { methods: ['GET'], path: '/api/v2/search/tags', handle: tags },
    { methods: ['GET'], path: '/api/search/tag/:tag/values', handle: oldValues },
    { methods: ['GET'], path: '/api/v2/search/tag/:tag/values', handle: values },
    { methods: ['GET'], path: '/api/traces/:id', handle: byId('batches') },
    { methods: ['GET'], path: '/api/v2/traces/:id', handle: byId('trace') },
    { methods: QUERY_METHODS, path: '/api/metrics/query_range', handle: metricsRange },
    { methods: QUERY_METHODS, path: '/api/metrics/query', handle: metricsInstant },
    { methods: ['GET'], path: '/api/echo', handle: () => ({ text: 'echo\n' }) },
    { methods: ['GET'], path: '/api/status/buildinfo', handle: () => ({ json: { version } }) },
  ];
}

/** @throws {HttpError} 400 */
function scopeOf({ parameters }: Call): { readonly scope?: TagScope } {
  const scope = parameters.get('scope') ?? '';
  if (isTagScope(scope)) return { scope };
  if (scope !== '' && scope !== 'none') throw new HttpError(400, `invalid scope: ${scope}`);
  return {};
}

/** Says what it was that cannot be read, as Tempo does. */
function named(what: string, work: () => Promise<Answer>): Promise<Answer> {
  return asText(async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof QueryError && error.class === 'bad_data')
        throw new HttpError(400, `${what}: ${error.message}`);
      throw error;
    }
  });
}

/** A number that is not negative. @throws {HttpError} 400 */
function count(parameters: URLSearchParams, name: string, otherwise: number): number {
  const text = parameters.get(name) ?? '';
  if (text === '') return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const problem = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new HttpError(400, `invalid ${name}: ${problem}`);
}

const tagScopes: ReadonlySet<string> = new Set<TagScope>([
  'resource',
  'span',
  'event',
  'link',
  'instrumentation',
  'intrinsic',
]);

function isTagScope(text: string): text is TagScope {
  return tagScopes.has(text);
}

async function asProtobuf(trace: Trace, wrap: 'batches' | 'trace'): Promise<Answer> {
  const message = await inTurns(traceMessage(trace, (span) => writeProtobuf(spanShape, span)));
  const bytes =
    wrap === 'trace'
      ? writeProtobuf(traceByIdResponse, { trace: message })
      : writeProtobuf(traceData, message);
  return { bytes, headers: { 'content-type': PROTOBUF } };
}

async function asJson(trace: Trace, wrap: 'batches' | 'trace'): Promise<Answer> {
  const shown = resourceSpansJson(await inTurns(traceMessage(trace, messageJson)));
  return {
    text: wrap === 'trace' ? `{"trace":{"resourceSpans":${shown}}}` : `{"batches":${shown}}`,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  };
}
