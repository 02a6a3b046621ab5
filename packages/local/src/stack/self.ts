import type { Admission, AdmissionCounts } from '../server/admission.ts';
import type { Ingest, IngestCounts } from './ingest.ts';
import type { Keeper, KeeperStats } from './keeper.ts';
import type { Stores } from './stores.ts';

/** What the stack tells of itself: what came in, what of it is kept, what was lost and why. */
export interface Self {
  readonly version: string;
  /** Since 1970 [ms]. */
  readonly startedAtMs: number;
  readonly received: IngestCounts;
  readonly kept: {
    readonly series: { readonly series: number; readonly samples: number; readonly bytes: number };
    readonly exemplars: number;
    readonly logs: { readonly streams: number; readonly lines: number; readonly bytes: number };
    readonly traces: { readonly traces: number; readonly spans: number; readonly bytes: number };
    readonly disk: KeeperStats | undefined;
  };
  /** What went before its time because a bound was reached. */
  readonly evicted: { readonly samples: number; readonly lines: number; readonly spans: number };
  /** Requests that were answered 429, because a client had too many at once or sent too many bytes. */
  readonly limited: AdmissionCounts;
  readonly residentBytes: number;
}

export interface SelfParts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly ingest: Ingest;
  readonly stores: Stores;
  readonly keeper: Keeper | undefined;
  readonly admission: Admission;
}

export function selfOf(parts: SelfParts): Self {
  const { version, startedAtMs, ingest, stores, keeper, admission } = parts;
  const series = stores.series.stats();
  const logs = stores.logs.counts();
  const traces = stores.traces.stats();
  return {
    version,
    startedAtMs,
    received: ingest.counts(),
    kept: {
      series: { series: series.series, samples: series.samples, bytes: series.bytes },
      exemplars: stores.exemplars.size(),
      logs: { streams: logs.streams, lines: logs.entries, bytes: logs.bytes },
      traces: { traces: traces.traces, spans: traces.spans, bytes: traces.bytes },
      disk: keeper?.stats(),
    },
    evicted: {
      samples: series.evictedSamples,
      lines: logs.dropped.evicted,
      spans: traces.evictedSpans + traces.droppedSpans,
    },
    limited: admission.counts(),
    residentBytes: process.memoryUsage.rss(),
  };
}
