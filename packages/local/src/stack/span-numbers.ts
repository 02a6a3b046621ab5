import type { Labels } from '@sightline/query';
import { type Span, createServiceGraph, createSpanMetrics, generatedSamples } from '@sightline/query/traceql';
import type { SampleSink } from '../ingest/samples.ts';

/** Numbers over spans, as Tempo's metrics generator makes them: rate, errors and duration, and who calls whom. */
export interface SpanNumbers {
  add(spans: readonly Span[]): void;
  /** Writes every series that there is, as of now. */
  write(): void;
}

/**
 * Source: https://grafana.com/docs/tempo/latest/metrics-from-traces/metrics-generator/
 *
 * @param maxSeries of both together
 */
export function createSpanNumbers(sink: SampleSink, maxSeries: number, now: () => number): SpanNumbers {
  const metrics = createSpanMetrics({ maxSeries: maxSeries / 2 });
  const graph = createServiceGraph({ maxSeries: maxSeries / 2 });
  /** The labels of each series once, so that the store finds it without reading them again. */
  const known = new Map<string, Labels>();
  let isNew = false;

  return {
    add(spans) {
      metrics.add(spans);
      graph.add(spans, now());
      isNew ||= spans.length > 0;
    },
    write() {
      graph.expire(now());
      if (!isNew) return;
      for (const { labels, value } of generatedSamples([...metrics.metrics(), ...graph.metrics()])) {
        const key = JSON.stringify(labels);
        let same = known.get(key);
        if (same === undefined) known.set(key, (same = labels));
        sink.sample(same, now(), value);
      }
    },
  };
}
