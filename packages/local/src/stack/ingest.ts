import type { Labels } from '@sightline/query';
import type { LogEntry } from '@sightline/query/logql';
import type { LogSink } from '../ingest/log-sink.ts';
import { readJsonPush, readProtobufPush } from '../ingest/loki/read-push.ts';
import type { OtlpSinks, Rejected } from '../ingest/otlp/otlp-routes.ts';
import { readLogs } from '../ingest/otlp/read-logs.ts';
import { readMetrics } from '../ingest/otlp/read-metrics.ts';
import { readSpans } from '../ingest/otlp/read-spans.ts';
import { readWrite } from '../ingest/remote-write/read-write.ts';
import { createSampleSink } from '../store/sample-sink.ts';
import type { CountingSink, SampleCounts } from '../store/sample-sink.ts';
import type { Runs } from './runs.ts';
import { type SpanNumbers, createSpanNumbers } from './span-numbers.ts';
import type { Stores } from './stores.ts';

export interface IngestOptions {
  readonly stores: Stores;
  readonly runs: Runs;
  readonly maxUncompressedBytes: number;
  /** Most series of the numbers over spans. */
  readonly maxSpanSeries: number;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  /** Told after something came in. */
  readonly onChange: () => void;
}

/** The ways in, each into the stores. */
export interface Ingest extends OtlpSinks {
  push(contentType: string, body: Buffer): void;
  remoteWrite(body: Buffer): Rejected;
  /** Where scrapes and rules put their samples. */
  readonly scraped: CountingSink;
  readonly recorded: CountingSink;
  readonly spanNumbers: SpanNumbers;
  counts(): IngestCounts;
}

/** What came in so far, and what of it was not kept. */
export interface IngestCounts {
  readonly spans: { readonly stored: number; readonly rejected: number };
  readonly logLines: { readonly stored: number };
  readonly samples: Readonly<Record<'otlp' | 'remoteWrite' | 'scrape' | 'rules' | 'spans', SampleCounts>>;
}

const NOTHING: Rejected = { rejected: 0, reason: undefined };

export function createIngest(options: IngestOptions): Ingest {
  const { stores, runs, maxUncompressedBytes, maxSpanSeries, now, onChange } = options;
  const otlp = createSampleSink(stores);
  const written = createSampleSink(stores);
  const scraped = createSampleSink(stores);
  const recorded = createSampleSink(stores);
  const overSpans = createSampleSink(stores);
  const spanNumbers = createSpanNumbers(overSpans, maxSpanSeries, now);
  const counts = { spans: { stored: 0, rejected: 0 }, logLines: { stored: 0 } };

  /** Lines of one stream that follow one another go in together. */
  function intoLogs(fill: (sink: LogSink) => void): void {
    const byLabels = new Map<Labels, LogEntry[]>();
    fill({
      entry(labels, entry) {
        const entries = byLabels.get(labels);
        if (entries === undefined) byLabels.set(labels, [entry]);
        else entries.push(entry);
      },
    });
    for (const [labels, entries] of byLabels) {
      stores.logs.push(labels, entries);
      counts.logLines.stored += entries.length;
    }
    onChange();
  }

  return {
    traces(request) {
      const { spans, rejected, reason } = readSpans(request);
      stores.traces.add(spans);
      spanNumbers.add(spans);
      counts.spans.stored += spans.length;
      counts.spans.rejected += rejected;
      for (const resource of new Set(spans.map((span) => span.resource)))
        runs.seen(resource.attributes, now());
      onChange();
      return { rejected, reason };
    },
    metrics(request) {
      const before = refusedBy(otlp);
      const { rejected, reason } = readMetrics(request, otlp);
      onChange();
      return withRefused(otlp, before, { rejected, reason });
    },
    logs(request) {
      intoLogs((sink) => readLogs(request, sink, BigInt(now()) * 1_000_000n));
      return NOTHING;
    },
    push(contentType, body) {
      intoLogs((sink) => {
        if (contentType.startsWith('application/json')) readJsonPush(body.toString('utf8'), sink);
        else readProtobufPush(body, maxUncompressedBytes, sink);
      });
    },
    remoteWrite(body) {
      const before = refusedBy(written);
      readWrite(body, maxUncompressedBytes, written);
      onChange();
      return withRefused(written, before, NOTHING);
    },
    scraped,
    recorded,
    spanNumbers,
    counts: () => ({
      spans: { ...counts.spans },
      logLines: { ...counts.logLines },
      samples: {
        otlp: otlp.counts(),
        remoteWrite: written.counts(),
        scrape: scraped.counts(),
        rules: recorded.counts(),
        spans: overSpans.counts(),
      },
    }),
  };
}

function refusedBy(sink: CountingSink): number {
  const { outOfOrder, tooOld, refused } = sink.counts();
  return outOfOrder + tooOld + refused;
}

function withRefused(sink: CountingSink, before: number, read: Rejected): Rejected {
  const refused = refusedBy(sink) - before;
  if (refused === 0) return read;
  const reason =
    read.reason ?? 'samples that are out of order, too old, or of more series than the bound allows';
  return { rejected: read.rejected + refused, reason };
}
