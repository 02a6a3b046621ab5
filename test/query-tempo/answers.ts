import { createHash } from 'node:crypto';
import {
  createMemoryTraces,
  generatedSamples,
  instantJson,
  queryTraceMetrics,
  queryTraceMetricsInstant,
  rangeJson,
  searchTraces,
  serviceGraph,
  spanMetrics,
} from '@sightline/query/traceql';
import type { Span } from '@sightline/query/traceql';
import type { Tempo } from '../servers/tempo.ts';
import { normalError, normalSamples, normalSearch, normalSeries } from './normal-form.ts';
import type { AnySeries } from './normal-form.ts';

/** A question, by the way it is asked. */
export type Kind = 'search' | 'range of 60s' | 'range of 20s' | 'instant';

/** What answers questions about the sample, in the normal form; an error is its message alone. */
export type Answerer = (kind: Kind, query: string) => Promise<readonly string[]>;

const secondNs = 1_000_000_000n;
/** What is asked about, from the base on [s]. */
const fromSeconds = -60;
const toSeconds = 620;
const everything = 1_000;

const stepSeconds = { 'range of 60s': 60, 'range of 20s': 20 } as const;

/** Our own answers. */
export function ours(spans: readonly Span[], baseSeconds: number): Answerer {
  const traces = createMemoryTraces();
  traces.add(spans);
  const startNs = BigInt(baseSeconds + fromSeconds) * secondNs;
  const endNs = BigInt(baseSeconds + toSeconds) * secondNs;
  return async (kind, query) => {
    try {
      if (kind === 'search') {
        const range = { fromNs: startNs, toNs: endNs };
        return normalSearch(
          await searchTraces(traces, query, { limit: everything, spansPerSpanset: everything, range }),
        );
      }
      if (kind === 'instant') {
        const { series } = await queryTraceMetricsInstant(traces, query, { startNs, endNs });
        return normalSeries(instantJson(series), baseSeconds);
      }
      const stepNs = BigInt(stepSeconds[kind]) * secondNs;
      const { series } = await queryTraceMetrics(traces, query, { startNs, endNs, stepNs });
      return normalSeries(rangeJson(series), baseSeconds);
    } catch (error) {
      return [`error: ${(error as Error).message}`];
    }
  };
}

/** The answers of a Tempo that has the sample. */
export function tempos(tempo: Tempo, baseSeconds: number): Answerer {
  const range = { start: String(baseSeconds + fromSeconds), end: String(baseSeconds + toSeconds) };
  return async (kind, query) => {
    if (kind === 'search') {
      const answer = await tempo.get<object>('/api/search', {
        q: query,
        limit: String(everything),
        spss: String(everything),
        ...range,
      });
      return 'error' in answer ? [`error: ${normalError(answer.error)}`] : normalSearch(answer.data);
    }
    const answer =
      kind === 'instant'
        ? await tempo.get<{ series?: readonly AnySeries[] }>('/api/metrics/query', { q: query, ...range })
        : await tempo.get<{ series?: readonly AnySeries[] }>('/api/metrics/query_range', {
            q: query,
            step: `${stepSeconds[kind]}s`,
            ...range,
          });
    return 'error' in answer
      ? [`error: ${normalError(answer.error)}`]
      : normalSeries(answer.data, baseSeconds);
  };
}

/** Attributes that become labels of span metrics. */
export const dimensions: readonly string[] = ['http.route', 'env', 'tags', 'ratio'];

/** What Tempo's metrics generator makes of spans, in our own way. */
export function ourGenerated(spans: readonly Span[]): readonly string[] {
  const metrics = [...spanMetrics(spans, { dimensions, targetInfo: true }), ...serviceGraph(spans)];
  return normalSamples(generatedSamples(metrics));
}

/** A short form of an answer: an error as it is, else how much there is of it and a digest. */
export function summary(answer: readonly string[]): string {
  if (answer[0]?.startsWith('error: ') === true) return answer[0];
  const digest = createHash('sha256').update(answer.map(rounded).join('\n')).digest('hex').slice(0, 12);
  return `${answer.length} ${digest}`;
}

/**
 * A line with its numbers in ten digits. They are multiplied by what no sum of decimals ends after, so that none lies
 * just between two roundings.
 */
const rounded = (line: string): string =>
  line.startsWith('{')
    ? line.replaceAll(/(?<=[:}] )-?\d[\d.e+-]*(?=,|$)/g, (number) =>
        (Number(number) * Math.PI).toPrecision(10),
      )
    : line;
