import type { Series } from './prometheus.ts';
import { ApiError, requestJson } from './request.ts';
import {
  type Trace,
  type WireTrace,
  type WireValue,
  paddedTraceId,
  readAttributes,
  readTrace,
} from './trace-json.ts';

interface Moments {
  readonly startMs: number;
  readonly endMs: number;
}

/** Whole seconds, as Tempo takes them; the second in which the range ends belongs to it. */
function secondsOf({ startMs, endMs }: Moments): { readonly start: number; readonly end: number } {
  return { start: Math.floor(startMs / 1000), end: Math.ceil(endMs / 1000) };
}

interface ServiceShare {
  readonly name: string;
  readonly spans: number;
  readonly errors: number;
}

/** What a search tells of a trace. */
export interface FoundTrace {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** '' while the root has not come. */
  readonly rootService: string;
  readonly rootName: string;
  /** Since 1970 [ms]. */
  readonly startMs: number;
  /** Whole milliseconds from Tempo; below one it is 0. */
  readonly durationMs: number;
  readonly spans: number;
  readonly errors: number;
  /** How many spans the query matched. */
  readonly matched: number;
  readonly services: readonly ServiceShare[];
}

interface WireFound {
  readonly traceID: string;
  readonly rootServiceName?: string;
  readonly rootTraceName?: string;
  readonly startTimeUnixNano?: string;
  readonly durationMs?: number;
  readonly spanSets?: readonly { readonly matched?: number }[];
  readonly serviceStats?: Readonly<
    Record<string, { readonly spanCount?: number; readonly errorCount?: number }>
  >;
}

const ROOT_MISSING = /^<.*>$/;

/** Traces that a TraceQL query finds, the newest first. */
export async function searchTraces(
  { query, limit, ...moments }: Moments & { readonly query: string; readonly limit: number },
  signal?: AbortSignal,
): Promise<readonly FoundTrace[]> {
  // An empty list may be left out, as protobuf does; what the search looked at is always told.
  const { traces = [] } = await requestJson<{ readonly traces?: readonly WireFound[] }>(
    '/api/search',
    { q: query, limit, spss: 1, ...secondsOf(moments) },
    { signal, has: 'metrics' },
  );
  return traces
    .map((trace) => {
      const services = Object.entries(trace.serviceStats ?? {}).map(
        ([name, { spanCount = 0, errorCount = 0 }]) => ({ name, spans: spanCount, errors: errorCount }),
      );
      const rootService = trace.rootServiceName ?? '';
      return {
        id: paddedTraceId(trace.traceID),
        rootService: ROOT_MISSING.test(rootService) ? '' : rootService,
        rootName: trace.rootTraceName ?? '',
        startMs: Number(BigInt(trace.startTimeUnixNano ?? 0) / 1000n) / 1000,
        durationMs: trace.durationMs ?? 0,
        spans: services.reduce((sum, { spans }) => sum + spans, 0),
        errors: services.reduce((sum, { errors }) => sum + errors, 0),
        matched: (trace.spanSets ?? []).reduce((sum, { matched = 0 }) => sum + matched, 0),
        services: services.toSorted((one, other) => other.spans - one.spans),
      };
    })
    .toSorted((one, other) => other.startMs - one.startMs);
}

/** A trace with all of its spans, and the server's own answer, to be kept as a file. */
export interface AnsweredTrace extends Trace {
  readonly raw: unknown;
  /** Why the server left a part of it out. */
  readonly partial: string | undefined;
}

/** @throws {ApiError} 404 for a trace that is not kept */
export async function traceById(id: string, signal?: AbortSignal): Promise<AnsweredTrace> {
  interface Answer {
    readonly trace?: WireTrace;
    readonly status?: string;
    readonly message?: string;
  }
  try {
    const raw = await requestJson<Answer>(
      `/api/v2/traces/${encodeURIComponent(id)}`,
      {},
      { signal, has: 'trace' },
    );
    const partial = raw.status === 'PARTIAL' || raw.status === '1' ? (raw.message ?? '') : undefined;
    return { ...readTrace(id, raw.trace ?? {}), raw, partial };
  } catch (error) {
    // Before Tempo 2.7 there is only the older address.
    if (!(error instanceof ApiError) || error.status !== 404 || /trace not found/i.test(error.message))
      throw error;
  }
  const raw = await requestJson<WireTrace>(`/api/traces/${encodeURIComponent(id)}`, {}, { signal });
  return { ...readTrace(id, raw), raw, partial: undefined };
}

/** Names and values are of the last minutes: a server looks at every span for them [ms]. */
const TAGS_MS = 600_000;

function lastMinutes({ startMs, endMs }: Moments): Moments {
  return { startMs: Math.max(startMs, endMs - TAGS_MS), endMs };
}

export interface TagScope {
  /** `span`, `resource`, `intrinsic`, … */
  readonly name: string;
  readonly tags: readonly string[];
}

/** Names of attributes that can be asked for. */
export async function traceTags(moments: Moments, signal?: AbortSignal): Promise<readonly TagScope[]> {
  const { scopes = [] } = await requestJson<{ readonly scopes?: readonly TagScope[] }>(
    '/api/v2/search/tags',
    secondsOf(lastMinutes(moments)),
    { signal },
  );
  return scopes;
}

export interface TagValue {
  /** `string`, `int`, `float`, `bool`, `duration`, or `keyword` of what is written without quotes. */
  readonly type: string;
  readonly value: string;
}

/**
 * Values of one attribute.
 *
 * @param tag with its scope, as TraceQL writes it: `span.http.route`, `name`
 * @param query only of spans that this finds, as far as the server obeys it
 */
export async function traceTagValues(
  tag: string,
  { query, ...moments }: Moments & { readonly query?: string | undefined },
  signal?: AbortSignal,
): Promise<readonly TagValue[]> {
  const { tagValues } = await requestJson<{ readonly tagValues?: readonly TagValue[] | null }>(
    `/api/v2/search/tag/${encodeURIComponent(tag)}/values`,
    { ...secondsOf(lastMinutes(moments)), q: query },
    { signal },
  );
  return tagValues ?? [];
}

/** Series that a TraceQL metrics query makes: `{ … } | rate() by (status)`. */
export async function queryTraceMetrics(
  { query, stepSeconds, ...moments }: Moments & { readonly query: string; readonly stepSeconds: number },
  signal?: AbortSignal,
): Promise<readonly Series[]> {
  interface Answer {
    readonly series?: readonly {
      readonly labels?: readonly { readonly key: string; readonly value?: WireValue }[];
      readonly samples?: readonly { readonly timestampMs: string; readonly value?: number | string }[];
    }[];
  }
  const { series = [] } = await requestJson<Answer>(
    '/api/metrics/query_range',
    { q: query, step: `${stepSeconds}s`, exemplars: 0, ...secondsOf(moments) },
    { signal },
  );
  return series.map(({ labels = [], samples = [] }) => ({
    labels: Object.fromEntries(readAttributes(labels).map(({ key, text }) => [key, text])),
    times: samples.map(({ timestampMs }) => Number(timestampMs) / 1000),
    values: samples.map(({ value = 0 }) => Number(value)),
  }));
}
