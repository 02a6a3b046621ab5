import { type MemoryLogs, createMemoryLogs } from '@sightline/query/logql';
import { type MemoryTraces, createMemoryTraces } from '@sightline/query/traceql';
import { createExemplarStore } from '../store/exemplar-store.ts';
import { createMetadataStore } from '../store/metadata-store.ts';
import type { MetricStores } from '../store/sample-sink.ts';
import { createSeriesStore } from '../store/series/series-store.ts';
import { zstdCodec } from '../store/zstd-codec.ts';
import type { ResolvedLocalOptions } from './options.ts';

/** Everything that is kept. */
export interface Stores extends MetricStores {
  readonly logs: MemoryLogs;
  readonly traces: MemoryTraces;
  /** Drops what is older than allowed. */
  expire(nowMs: number): void;
}

export function createStores({ limits, retentionMs }: ResolvedLocalOptions): Stores {
  const series = createSeriesStore({ maxSeries: limits.series, maxBytes: limits.metricBytes, retentionMs });
  const logs = createMemoryLogs({ maxEntries: limits.logLines, maxBytes: limits.logBytes }, zstdCodec);
  const traces = createMemoryTraces(
    { maxTraces: limits.traces, maxSpans: limits.spans, maxBytes: limits.traceBytes },
    zstdCodec,
  );
  return {
    series,
    exemplars: createExemplarStore(limits.exemplars),
    metadata: createMetadataStore(),
    logs,
    traces,
    expire(nowMs) {
      const oldestNs = BigInt(Math.max(0, Math.floor(nowMs - retentionMs))) * 1_000_000n;
      series.expire(nowMs);
      logs.dropBefore(oldestNs);
      traces.dropBefore(oldestNs);
    },
  };
}
