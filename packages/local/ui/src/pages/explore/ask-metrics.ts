import { type Labels, type Series, parseValue, queryInstant, wholeEnd } from '../../api/prometheus.ts';
import { requestJson } from '../../api/request.ts';

/** Series of a query, as many as are shown, and how many there are. */
export interface FoundSeries {
  readonly series: readonly Series[];
  readonly total: number;
}

interface Answer {
  readonly data: {
    readonly resultType: string;
    readonly result:
      | readonly {
          readonly metric: Labels;
          readonly value?: readonly [number, string];
          readonly values?: readonly (readonly [number, string])[];
        }[]
      | readonly [number, string];
  };
}

interface Asked {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepSeconds: number;
}

/** Over time, no more than so many series: the server is asked to leave out the rest, where it can. */
export async function askRange(
  { query, startMs, endMs, stepSeconds }: Asked,
  limit: number,
  signal: AbortSignal,
): Promise<FoundSeries> {
  const stepMs = stepSeconds * 1000;
  const wholeEndMs = wholeEnd(endMs, stepSeconds);
  const answer = await requestJson<Answer>(
    '/api/v1/query_range',
    {
      query,
      start: (wholeEndMs - Math.ceil((wholeEndMs - startMs) / stepMs) * stepMs) / 1000,
      end: wholeEndMs / 1000,
      step: stepSeconds,
      limit: limit + 1,
    },
    { signal, lists: 'data.result' },
  );
  return bounded(answer, { query, endMs }, limit, signal);
}

/** As it is at the end of the range. */
export async function askInstant(
  { query, endMs }: Pick<Asked, 'query' | 'endMs'>,
  limit: number,
  signal: AbortSignal,
): Promise<FoundSeries> {
  const answer = await requestJson<Answer>(
    '/api/v1/query',
    { query, time: endMs / 1000, limit: limit + 1 },
    { signal, lists: 'data.result' },
  );
  return bounded(answer, { query, endMs }, limit, signal);
}

async function bounded(
  { data }: Answer,
  { query, endMs }: Pick<Asked, 'query' | 'endMs'>,
  limit: number,
  signal: AbortSignal,
): Promise<FoundSeries> {
  const series = readSeries(data);
  if (series.length <= limit) return { series, total: series.length };
  const shown = series.slice(0, limit);
  if (series.length > limit + 1) return { series: shown, total: series.length };
  // The server left out the rest, so that how many there are is a question of its own.
  const [count] = await queryInstant(`count(${query}\n)`, endMs, signal).catch(() => []);
  return { series: shown, total: Math.max(series.length, count?.values[0] ?? 0) };
}

function readSeries({ resultType, result }: Answer['data']): readonly Series[] {
  if (resultType === 'scalar' || resultType === 'string') {
    const [time, value] = result as readonly [number, string];
    return [{ labels: {}, times: [time], values: [parseValue(value)] }];
  }
  return (result as Exclude<Answer['data']['result'], readonly [number, string]>).map(
    ({ metric, value, values }) => {
      const points = values ?? (value === undefined ? [] : [value]);
      return {
        labels: metric,
        times: points.map(([time]) => time),
        values: points.map(([, text]) => parseValue(text)),
      };
    },
  );
}
