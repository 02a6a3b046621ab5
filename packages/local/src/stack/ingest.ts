import type { Resource, Span } from '@sightline/query/traceql';
import { inTurns } from '../ingest/in-turns.ts';
import type { Pushed } from '../ingest/loki/push-route.ts';
import { readJsonPush, readProtobufPush } from '../ingest/loki/read-push.ts';
import type { OtlpSinks } from '../ingest/otlp/otlp-routes.ts';
import { readLogs } from '../ingest/otlp/read-logs.ts';
import { readMetrics } from '../ingest/otlp/read-metrics.ts';
import { readSpans } from '../ingest/otlp/read-spans.ts';
import { type RefusedSamples, isKept, refusedText } from '../ingest/refused-samples.ts';
import { readWrite2 } from '../ingest/remote-write/read-write-2.ts';
import { readWrite } from '../ingest/remote-write/read-write.ts';
import type { Written } from '../ingest/remote-write/written-series.ts';
import type { SampleSink } from '../ingest/samples.ts';
import { type TakenTimes, takenTimes, timeText } from '../ingest/taken-times.ts';
import { createSampleSink } from '../store/sample-sink.ts';
import type { CountingSink, SampleCounts } from '../store/sample-sink.ts';
import type { Runs } from './runs.ts';
import { type SpanNumberCounts, type SpanNumbers, createSpanNumbers } from './span-numbers.ts';
import type { Stores } from './stores.ts';
import { type LineCounts, createLineTaker } from './take-lines.ts';

export interface IngestOptions {
  readonly stores: Stores;
  readonly runs: Runs;
  readonly maxUncompressedBytes: number;
  /** Most series of the numbers over spans. */
  readonly maxSpanSeries: number;
  /** What is older is not kept [ms]. */
  readonly retentionMs: number;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  /** Told after something came in. */
  readonly onChange: () => void;
  /** Told before that of log lines. */
  readonly onLines: () => void;
}

/** The ways in, each into the stores. */
export interface Ingest extends OtlpSinks {
  push(contentType: string, body: Buffer): Promise<Pushed>;
  remoteWrite(version: 1 | 2, body: Buffer): Promise<Written>;
  /** Times of samples that are taken now. */
  times(): TakenTimes;
  /** Where scrapes and rules put their samples. */
  readonly scraped: CountingSink;
  readonly recorded: CountingSink;
  readonly spanNumbers: SpanNumbers;
  counts(): IngestCounts;
}

/** What came in so far, and what of it was not kept. */
export interface IngestCounts {
  readonly spans: { readonly stored: number; readonly rejected: number; readonly tooOld: number };
  readonly logLines: LineCounts;
  readonly spanNumbers: SpanNumberCounts;
  readonly samples: Readonly<Record<'otlp' | 'remoteWrite' | 'scrape' | 'rules' | 'spans', SampleCounts>>;
}

/** Spans that go into the store at once. */
const SPANS_TOGETHER = 64;

export function createIngest(options: IngestOptions): Ingest {
  const { stores, runs, maxUncompressedBytes, maxSpanSeries, retentionMs, now, onChange, onLines } = options;
  const times = (): TakenTimes => takenTimes(now(), retentionMs);
  const otlp = createSampleSink(stores, false, times);
  const written = createSampleSink(stores, false, times);
  const scraped = createSampleSink(stores, true, times);
  const recorded = createSampleSink(stores, false);
  const overSpans = createSampleSink(stores, true);
  const spanNumbers = createSpanNumbers(overSpans, maxSpanSeries, now);
  const lines = createLineTaker(stores.logs, retentionMs, now);
  const spans = { stored: 0, rejected: 0, tooOld: 0 };

  return {
    async traces(request) {
      let waiting: Span[] = [];
      let tooOld = 0;
      const resources = new Set<Resource>();
      const { oldestMs } = times();
      const oldestNs = BigInt(Math.floor(oldestMs)) * 1_000_000n;
      function flush(): void {
        stores.traces.add(waiting);
        spanNumbers.add(waiting);
        spans.stored += waiting.length;
        waiting = [];
      }
      const steps = readSpans(request, (span) => {
        resources.add(span.resource);
        if (span.startNs + span.durationNs < oldestNs) {
          tooOld += 1;
          return;
        }
        waiting.push(span);
        if (waiting.length >= SPANS_TOGETHER) flush();
      });
      const { rejected, reason } = await inTurns(steps);
      flush();
      spans.rejected += rejected;
      spans.tooOld += tooOld;
      for (const { attributes } of resources) runs.seen(attributes, now());
      onChange();
      if (tooOld === 0) return { rejected, reason };
      const old = `${tooOld} spans ended before ${timeText(oldestMs)}, past what is kept (retentionMs)`;
      return { rejected: rejected + tooOld, reason: reason === undefined ? old : `${reason}; ${old}` };
    },
    async metrics(request) {
      const refused: RefusedSamples = {};
      let count = 0;
      const sink: SampleSink = {
        sample(...given) {
          if (!isKept(otlp.sample(...given), refused)) count += 1;
        },
        metadata: (...given) => otlp.metadata(...given),
      };
      const { rejected, reason } = await inTurns(readMetrics(request, sink));
      onChange();
      return { rejected: rejected + count, reason: reason ?? refusedText(refused, times()) };
    },
    async logs(request) {
      let isOfNow = false;
      const nowNs = (): bigint => {
        isOfNow = true;
        return BigInt(now()) * 1_000_000n;
      };
      try {
        const { rejected, reason } = await lines.take((sink) => readLogs(request, sink, nowNs));
        return { rejected, reason, isOfNow };
      } finally {
        onLines();
        onChange();
      }
    },
    async push(contentType, body) {
      try {
        const { taken, reason } = await lines.take((sink) =>
          contentType.startsWith('application/json')
            ? readJsonPush(body.toString('utf8'), sink)
            : readProtobufPush(body, maxUncompressedBytes, sink),
        );
        return { taken, problem: reason };
      } finally {
        onLines();
        onChange();
      }
    },
    async remoteWrite(version, body) {
      const read = version === 2 ? readWrite2 : readWrite;
      const result = await inTurns(read(body, maxUncompressedBytes, written));
      onChange();
      return result;
    },
    times,
    scraped,
    recorded,
    spanNumbers,
    counts: () => ({
      spans: { ...spans },
      logLines: lines.counts(),
      spanNumbers: spanNumbers.counts(),
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
