import type { Labels } from '@sightline/query';
import type { LogEntry } from '@sightline/query/logql';
import type { Resource, Span } from '@sightline/query/traceql';
import { inTurns } from '../ingest/in-turns.ts';
import type { LogSink } from '../ingest/log-sink.ts';
import { readJsonPush, readProtobufPush } from '../ingest/loki/read-push.ts';
import type { OtlpSinks, Rejected } from '../ingest/otlp/otlp-routes.ts';
import { readLogs } from '../ingest/otlp/read-logs.ts';
import { readMetrics } from '../ingest/otlp/read-metrics.ts';
import { readSpans } from '../ingest/otlp/read-spans.ts';
import { readWrite2 } from '../ingest/remote-write/read-write-2.ts';
import { readWrite } from '../ingest/remote-write/read-write.ts';
import type { Written } from '../ingest/remote-write/written-series.ts';
import type { SampleSink } from '../ingest/samples.ts';
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
  push(contentType: string, body: Buffer): Promise<void>;
  remoteWrite(version: 1 | 2, body: Buffer): Promise<Written>;
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
const NOT_TAKEN = 'samples that are out of order, too old, or of more series than the bound allows';
/** What goes into a store at once. */
const LINES_TOGETHER = 256;
const SPANS_TOGETHER = 64;

export function createIngest(options: IngestOptions): Ingest {
  const { stores, runs, maxUncompressedBytes, maxSpanSeries, now, onChange } = options;
  const otlp = createSampleSink(stores, false);
  const written = createSampleSink(stores, false);
  const scraped = createSampleSink(stores, true);
  const recorded = createSampleSink(stores, false);
  const overSpans = createSampleSink(stores, true);
  const spanNumbers = createSpanNumbers(overSpans, maxSpanSeries, now);
  const counts = { spans: { stored: 0, rejected: 0 }, logLines: { stored: 0 } };

  /** Lines of one stream that come soon after one another go in together. */
  async function intoLogs(read: (sink: LogSink) => Generator<undefined, void>): Promise<void> {
    let byLabels = new Map<Labels, LogEntry[]>();
    let waiting = 0;
    function flush(): void {
      for (const [labels, entries] of byLabels) {
        stores.logs.push(labels, entries);
        counts.logLines.stored += entries.length;
      }
      byLabels = new Map();
      waiting = 0;
    }
    const steps = read({
      entry(labels, entry) {
        const entries = byLabels.get(labels);
        if (entries === undefined) byLabels.set(labels, [entry]);
        else entries.push(entry);
        waiting += 1;
        if (waiting >= LINES_TOGETHER) flush();
      },
    });
    try {
      await inTurns(steps);
    } finally {
      flush();
      onChange();
    }
  }

  return {
    async traces(request) {
      let waiting: Span[] = [];
      const resources = new Set<Resource>();
      function flush(): void {
        stores.traces.add(waiting);
        spanNumbers.add(waiting);
        counts.spans.stored += waiting.length;
        waiting = [];
      }
      const steps = readSpans(request, (span) => {
        resources.add(span.resource);
        waiting.push(span);
        if (waiting.length >= SPANS_TOGETHER) flush();
      });
      const { rejected, reason } = await inTurns(steps);
      flush();
      counts.spans.rejected += rejected;
      for (const { attributes } of resources) runs.seen(attributes, now());
      onChange();
      return { rejected, reason };
    },
    async metrics(request) {
      let refused = 0;
      const sink: SampleSink = {
        sample(...given) {
          if (!otlp.sample(...given)) refused += 1;
        },
        metadata: (...given) => otlp.metadata(...given),
      };
      const { rejected, reason } = await inTurns(readMetrics(request, sink));
      onChange();
      if (refused === 0) return { rejected, reason };
      return { rejected: rejected + refused, reason: reason ?? NOT_TAKEN };
    },
    async logs(request) {
      await intoLogs((sink) => readLogs(request, sink, BigInt(now()) * 1_000_000n));
      return NOTHING;
    },
    push: (contentType, body) =>
      intoLogs((sink) =>
        contentType.startsWith('application/json')
          ? readJsonPush(body.toString('utf8'), sink)
          : readProtobufPush(body, maxUncompressedBytes, sink),
      ),
    async remoteWrite(version, body) {
      const read = version === 2 ? readWrite2 : readWrite;
      const result = await inTurns(read(body, maxUncompressedBytes, written));
      onChange();
      return result;
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
