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

/** Milliseconds as nanoseconds in text. */
export function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}

/** Lines of all streams, merged: the newest first unless asked forward. */
export async function queryLogs(
  { query, startMs, endMs, limit, direction = 'backward' }: LogQuery,
  signal?: AbortSignal,
): Promise<readonly LogLine[]> {
  const { data } = await requestJson<Streams>(
    '/loki/api/v1/query_range',
    { query, start: nanoseconds(startMs), end: nanoseconds(endMs), limit, direction },
    { signal },
  );
  const lines = data.result.flatMap(({ stream, values }) =>
    values.map(([timeNs, line]) => ({ timeNs, line, labels: stream })),
  );
  const order = direction === 'backward' ? -1 : 1;
  return lines.toSorted((one, other) => order * compareTimes(one.timeNs, other.timeNs));
}

/** Of equal length for two hundred years to come, so the text order is that of the numbers. */
function compareTimes(one: string, other: string): number {
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
    { signal },
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
