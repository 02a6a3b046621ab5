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
} from '../../src/traceql/index.ts';
import type { Span } from '../../src/traceql/index.ts';
import { normalSamples, normalSearch, normalSeries } from './normal-form.ts';

/** A question, by the way it is asked. */
export type Kind = 'search' | 'range of 60s' | 'range of 20s' | 'instant';

/** What answers questions about the sample, in the normal form; an error is its message alone. */
export type Answerer = (kind: Kind, query: string) => Promise<readonly string[]>;

const secondNs = 1_000_000_000n;
/** What is asked about, from the base on [s]. */
export const fromSeconds = -60;
export const toSeconds = 620;
export const everything = 1_000;

export const stepSeconds = { 'range of 60s': 60, 'range of 20s': 20 } as const;

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

/** Attributes that become labels of span metrics. */
export const dimensions: readonly string[] = ['http.route', 'env', 'tags', 'ratio'];

/** What Tempo's metrics generator makes of spans, in our own way. */
export function ourGenerated(spans: readonly Span[]): readonly string[] {
  const metrics = [...spanMetrics(spans, { dimensions, targetInfo: true }), ...serviceGraph(spans)];
  return normalSamples(generatedSamples(metrics));
}

/** A short form of an answer: an error as it is, else how much there is of it and a digest. */
export function summary(answer: readonly string[]): string {
  const [first = ''] = answer;
  if (first.startsWith('error: ')) return first;
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
