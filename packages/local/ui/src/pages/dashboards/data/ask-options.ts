import { logLabelNames, logLabelValues, nanoseconds } from '../../../api/loki.ts';
import { queryInstant } from '../../../api/prometheus.ts';
import { requestJson } from '../../../api/request.ts';
import { traceTagValues, traceTags } from '../../../api/tempo.ts';
import type { VariableDefinition } from '../model/dashboard.ts';
import { interpolateQuery } from '../model/fill-query.ts';
import type { Scope } from '../model/interpolate.ts';
import { optionQueryOf, parseRegex, queryResultTexts } from '../model/variables.ts';
import { queryPool } from './query-pool.ts';

interface Moments {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The values that a variable may have, before its expression cuts them.
 *
 * @throws {Error} with what the server said, or that the query is none of those known
 */
export async function askOptions(
  definition: VariableDefinition,
  scope: Scope,
  moments: Moments,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { source } = definition;
  if (source !== 'prometheus' && source !== 'loki' && source !== 'tempo')
    throw new Error(`the data source "${source}" is none of Prometheus, Loki and Tempo`);
  const query = optionQueryOf(definition, (text) =>
    interpolateQuery(text, scope, source === 'tempo' ? 'pipe' : 'regex'),
  );
  if (query.kind === 'unknown')
    throw new Error(`${JSON.stringify(query.query)} is no query that gives values`);
  return queryPool.ask(
    JSON.stringify([
      'options',
      source,
      query,
      Math.floor(moments.endMs / 5000),
      moments.endMs - moments.startMs,
    ]),
    async (own) => {
      switch (query.kind) {
        case 'label-values':
          return source === 'loki'
            ? lokiValues(query.label, query.selector, moments, own)
            : prometheusValues(query.label, query.selector, moments, own);
        case 'label-names':
          return source === 'loki'
            ? logLabelNames(moments, own)
            : prometheusNames(query.selector, moments, own);
        case 'metrics': {
          const pattern = parseRegex(query.pattern);
          const names = await prometheusValues('__name__', undefined, moments, own);
          return names.filter((name) => pattern?.test(name) ?? false);
        }
        case 'query-result': {
          const series = await queryInstant(query.query, moments.endMs, own);
          return queryResultTexts(
            series.map(({ labels, times, values }) => ({
              labels,
              value: values[0] ?? Number.NaN,
              timeMs: (times[0] ?? 0) * 1000,
            })),
          );
        }
        case 'trace-values':
          return (await traceTagValues(query.tag, moments, own)).map(({ value }) => value);
        default:
          return (await traceTags(moments, own)).flatMap(({ tags }) => tags);
      }
    },
    signal,
  );
}

interface Texts {
  readonly data?: readonly string[];
}

async function prometheusValues(
  label: string,
  selector: string | undefined,
  { startMs, endMs }: Moments,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = `/api/v1/label/${encodeURIComponent(label)}/values`;
  const query = { start: startMs / 1000, end: endMs / 1000, 'match[]': selector };
  return (await requestJson<Texts>(path, query, { signal })).data ?? [];
}

async function prometheusNames(
  selector: string | undefined,
  { startMs, endMs }: Moments,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = { start: startMs / 1000, end: endMs / 1000, 'match[]': selector };
  return (await requestJson<Texts>('/api/v1/labels', query, { signal })).data ?? [];
}

/** With a selector as a parameter of the address, which Loki has and `logLabelValues` has not. */
async function lokiValues(
  label: string,
  selector: string | undefined,
  moments: Moments,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (selector === undefined) return logLabelValues(label, moments, signal);
  const query = { query: selector, start: nanoseconds(moments.startMs), end: nanoseconds(moments.endMs) };
  const path = `/loki/api/v1/label/${encodeURIComponent(label)}/values`;
  return (await requestJson<Texts>(path, query, { signal })).data ?? [];
}
