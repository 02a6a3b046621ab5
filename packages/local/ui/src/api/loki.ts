import type { Labels } from './prometheus.ts';
import { requestJson } from './request.ts';

export interface LogLine {
  /** Nanoseconds since 1970, as text: a number would lose the last digits. */
  readonly timeNs: string;
  readonly line: string;
  /** Labels of the stream, what a pipeline extracted, and structured metadata: Loki gives them in one. */
  readonly labels: Labels;
}

interface Streams {
  readonly data: {
    readonly resultType: 'streams';
    readonly result: readonly {
      readonly stream: Labels;
      readonly values: readonly (readonly [string, string])[];
    }[];
  };
}

export interface LogQuery {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly limit: number;
  readonly direction?: 'backward' | 'forward';
}

/** The same between two nanoseconds since 1970, as text; lines of the second do not belong to it. */
export interface LogQueryNs extends Omit<LogQuery, 'startMs' | 'endMs'> {
  readonly startNs: string;
  readonly endNs: string;
}

/** Milliseconds as nanoseconds in text. */
export function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}

/** Lines of all streams, merged: the newest first unless asked forward. */
export function queryLogs(
  { startMs, endMs, ...rest }: LogQuery,
  signal?: AbortSignal,
): Promise<readonly LogLine[]> {
  return queryLogsNs({ startNs: nanoseconds(startMs), endNs: nanoseconds(endMs), ...rest }, signal);
}

export async function queryLogsNs(
  { query, startNs, endNs, limit, direction = 'backward' }: LogQueryNs,
  signal?: AbortSignal,
): Promise<readonly LogLine[]> {
  const { data } = await requestJson<Streams>(
    '/loki/api/v1/query_range',
    { query, start: startNs, end: endNs, limit, direction },
    { signal, lists: 'data.result' },
  );
  const lines = data.result.flatMap(({ stream, values }) =>
    values.map(([timeNs, line]) => ({ timeNs, line, labels: stream })),
  );
  const order = direction === 'backward' ? -1 : 1;
  return lines.toSorted((one, other) => order * compareTimes(one.timeNs, other.timeNs));
}

/** Of equal length for two hundred years to come, so the text order is that of the numbers. */
export function compareTimes(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export interface LogSeries {
  readonly labels: Labels;
  /** [s since 1970] and values. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** A metric over logs: `sum by (level) (count_over_time({…}[10s]))`. */
export async function queryLogRange(
  query: string,
  {
    startMs,
    endMs,
    stepSeconds,
  }: { readonly startMs: number; readonly endMs: number; readonly stepSeconds: number },
  signal?: AbortSignal,
): Promise<readonly LogSeries[]> {
  interface Matrix {
    readonly data: {
      readonly result: readonly {
        readonly metric: Labels;
        readonly values: readonly (readonly [number, string])[];
      }[];
    };
  }
  const { data } = await requestJson<Matrix>(
    '/loki/api/v1/query_range',
    { query, start: nanoseconds(startMs), end: nanoseconds(endMs), step: stepSeconds },
    { signal, lists: 'data.result' },
  );
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    times: values.map(([time]) => time),
    values: values.map(([, value]) => Number(value)),
  }));
}

export async function logLabelNames(
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const answer = await requestJson<{ readonly data?: readonly string[] }>(
    '/loki/api/v1/labels',
    { start: nanoseconds(startMs), end: nanoseconds(endMs) },
    { signal },
  );
  return answer.data ?? [];
}

export async function logLabelValues(
  label: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const answer = await requestJson<{ readonly data?: readonly string[] }>(
    `/loki/api/v1/label/${encodeURIComponent(label)}/values`,
    { start: nanoseconds(startMs), end: nanoseconds(endMs) },
    { signal },
  );
  return answer.data ?? [];
}

/** Lines of one shape: `<_>` stands for what differs. */
export interface LogPattern {
  readonly pattern: string;
  readonly count: number;
}

/** The patterns that the server found in the lines of a selector, the most frequent first. */
export async function logPatterns(
  selector: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  signal?: AbortSignal,
): Promise<readonly LogPattern[]> {
  interface Patterns {
    readonly data?: readonly {
      readonly pattern: string;
      readonly samples?: readonly (readonly [time: number, count: number])[];
    }[];
  }
  const { data } = await requestJson<Patterns>(
    '/loki/api/v1/patterns',
    { query: selector, start: nanoseconds(startMs), end: nanoseconds(endMs) },
    { signal },
  );
  const counts = new Map<string, number>();
  for (const { pattern, samples = [] } of data ?? []) {
    const count = samples.reduce((sum, [, each]) => sum + each, 0);
    counts.set(pattern, (counts.get(pattern) ?? 0) + count);
  }
  return [...counts]
    .map(([pattern, count]) => ({ pattern, count }))
    .toSorted((one, other) => other.count - one.count);
}

interface TailMessage {
  readonly streams?: Streams['data']['result'];
  readonly dropped_entries?: readonly unknown[];
}

/** Lines of one message of the live API, in the order of their times; and how many the server left out. */
export function readTailMessage(text: string): {
  readonly lines: readonly LogLine[];
  readonly dropped: number;
} {
  const { streams = [], dropped_entries: dropped } = JSON.parse(text) as TailMessage;
  const lines = streams.flatMap(({ stream, values }) =>
    values.map(([timeNs, line]): LogLine => ({ timeNs, line, labels: stream })),
  );
  return {
    lines: lines.toSorted((one, other) => compareTimes(one.timeNs, other.timeNs)),
    dropped: dropped?.length ?? 0,
  };
}

/** Where the live lines of a query are, as a WebSocket. */
export function tailAddress(query: string, startMs: number): string {
  const url = new URL('/loki/api/v1/tail', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = new URLSearchParams({ query, start: nanoseconds(startMs), limit: '500' }).toString();
  return url.href;
}
