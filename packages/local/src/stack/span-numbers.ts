import type { Labels } from '@sightline/query';
import { type Span, createServiceGraph, createSpanMetrics, generatedSamples } from '@sightline/query/traceql';
import { inTurns } from '../ingest/in-turns.ts';
import type { SampleSink } from '../ingest/samples.ts';

/** Numbers over spans, as Tempo's metrics generator makes them: rate, errors and duration, and who calls whom. */
export interface SpanNumbers {
  add(spans: readonly Span[]): void;
  /** Writes every series that there is, one write after the other; while one waits for its turn no other begins to. */
  write(): Promise<void>;
  counts(): SpanNumberCounts;
}

/** What the numbers leave out because a bound was reached. */
export interface SpanNumberCounts {
  /** Updates of series that had no room. */
  readonly refused: number;
  /** Spans that came when too many waited for the other side of their request. */
  readonly dropped: number;
}

/**
 * Source: https://grafana.com/docs/tempo/latest/metrics-from-traces/metrics-generator/
 *
 * @param maxSeries of both together
 */
export function createSpanNumbers(sink: SampleSink, maxSeries: number, now: () => number): SpanNumbers {
  const metrics = createSpanMetrics({ maxSeries: maxSeries / 2 });
  const graph = createServiceGraph({ maxSeries: maxSeries / 2 });
  /** By the labels of a metric those of its series, so that the store finds them without reading them again. */
  const known = new WeakMap<Labels, readonly Labels[]>();
  let underWay: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  /** A metric a step, each as it was at the first. */
  function* written(): Generator<undefined, void> {
    const nowMs = now();
    metrics.expire(nowMs);
    graph.expire(nowMs);
    for (const metric of [...metrics.metrics(), ...graph.metrics()]) {
      const samples = generatedSamples([metric]);
      let same = known.get(metric.labels);
      if (same === undefined) known.set(metric.labels, (same = samples.map(({ labels }) => labels)));
      for (const [at, { value }] of samples.entries()) sink.sample(same[at]!, nowMs, value);
      yield;
    }
  }

  return {
    add(spans) {
      metrics.add(spans);
      graph.add(spans, now());
    },
    write: () =>
      (waiting ??= underWay.then(() => {
        waiting = undefined;
        return (underWay = inTurns(written()));
      })),
    counts() {
      const { refused, dropped } = graph.stats();
      return { refused: metrics.refused + refused, dropped };
    },
  };
}
