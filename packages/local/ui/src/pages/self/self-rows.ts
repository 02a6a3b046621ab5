import type { Self } from '../../api/stack.ts';
import { shortNumber } from '../../parts/format.ts';

/** One kind of telemetry: how much came, is kept, and was lost. */
export interface SelfRow {
  readonly name: string;
  /** In the readings. */
  readonly key: string;
  readonly received: number;
  readonly kept: string;
  readonly keptBytes: number;
  readonly lost: readonly Loss[];
}

interface Loss {
  readonly count: number;
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
}

const SAMPLE_WAYS: Readonly<Record<string, string>> = {
  otlp: 'OTLP',
  remoteWrite: 'remote write',
  scrape: 'scrapes',
  rules: 'rules',
  spans: 'numbers over spans',
};

const CLOCK = 'Check the clock of what sends them.';
const OLD = `${CLOCK} To keep more of the past, raise retentionMs.`;

/** Rows of what came in, and what became of it. */
export function selfRows({ received, kept, evicted }: Self): readonly SelfRow[] {
  const ways = Object.entries(received.samples);
  const sum = (count: (each: Self['received']['samples'][string]) => number): number =>
    ways.reduce((total, [, each]) => total + count(each), 0);
  const by = (name: keyof Self['received']['samples'][string]): string =>
    ways
      .filter(([, counts]) => counts[name] > 0)
      .map(([way]) => SAMPLE_WAYS[way] ?? way)
      .join(', ');
  return [
    {
      name: 'Spans',
      key: 'spans',
      received: received.spans.stored + received.spans.rejected + received.spans.tooOld,
      kept: `${shortNumber(kept.traces.spans)} in ${shortNumber(kept.traces.traces)} traces`,
      keptBytes: kept.traces.bytes,
      lost: losses([
        [
          received.spans.rejected,
          'refused: they had no valid id or time',
          'Look at what sends them: its SDK gets the reason as a partial success.',
        ],
        [received.spans.tooOld, 'refused: they are older than what is kept', OLD],
        [
          received.spanNumbers.refused,
          'updates of numbers over spans, refused: their series were one too many',
          'Take what differs from request to request out of the names of spans, or raise limits.spanSeries.',
        ],
        [
          received.spanNumbers.dropped,
          'left out of the service map: too many calls waited for their other side',
          'Have callers and callees send theirs within ten seconds of each other, or sample less (OTEL_TRACES_SAMPLER).',
        ],
        [
          evicted.spans,
          'let go before their time: the bound of traces, spans or bytes was reached',
          'Raise limits.traces, limits.spans or limits.traceBytes, or sample less (OTEL_TRACES_SAMPLER).',
        ],
      ]),
    },
    {
      name: 'Log lines',
      key: 'logLines',
      received: sumOf({ ...received.logLines, cut: 0 }),
      kept: `${shortNumber(kept.logs.lines)} in ${shortNumber(kept.logs.streams)} streams`,
      keptBytes: kept.logs.bytes,
      lost: losses([
        [received.logLines.tooOld, 'refused: they are older than what is kept', OLD],
        [received.logLines.tooNew, 'refused: their time lies in the future', CLOCK],
        [
          received.logLines.refused,
          'refused: their streams were one too many',
          'Take what differs from line to line out of the labels: an id belongs into the line.',
        ],
        [
          received.logLines.cut,
          'cut: they were longer than 262,144 characters',
          'Leave bodies and lists out of a line, or log them in parts.',
        ],
        [
          evicted.lines,
          'let go before their time: the bound of lines or bytes was reached',
          'Raise limits.logLines or limits.logBytes, or log less (LOG_LEVEL).',
        ],
      ]),
    },
    {
      name: 'Samples',
      key: 'samples',
      received: sum(({ stored }) => stored),
      kept: `${shortNumber(kept.series.samples)} in ${shortNumber(kept.series.series)} series`,
      keptBytes: kept.series.bytes,
      lost: losses([
        [
          sum(({ refused }) => refused),
          `refused, from ${by('refused')}: their series were one too many`,
          'Find the metric with the most series in the explorer (topk(10, count by (__name__) ({__name__=~".+"}))), or raise limits.series.',
        ],
        [
          sum(({ outOfOrder }) => outOfOrder),
          `out of order, from ${by('outOfOrder')}`,
          'Two senders write the same series: give each its own service.instance.id, or its own job and instance.',
        ],
        [sum(({ tooOld }) => tooOld), `too old, from ${by('tooOld')}`, OLD],
        [sum(({ tooNew }) => tooNew), `of a time in the future, from ${by('tooNew')}`, CLOCK],
        [
          evicted.samples,
          'let go before their time: the bound of bytes was reached',
          'Raise limits.metricBytes, or scrape less often.',
        ],
      ]),
    },
  ];
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function losses(all: readonly (readonly [count: number, why: string, fix: string])[]): readonly Loss[] {
  return all.filter(([count]) => count > 0).map(([count, why, fix]) => ({ count, why, fix }));
}

/** What a reading counts. */
export function countsOf(self: Self): Readonly<Record<string, number>> {
  return Object.fromEntries([
    ...selfRows(self).map(({ key, received }) => [key, received]),
    ...Object.entries(self.received.samples).map(([way, { stored }]) => [`samples ${way}`, stored]),
  ]);
}

/** Where samples came from, as far as any did. */
export function sampleWays({
  received,
}: Self): readonly { readonly name: string; readonly key: string; readonly stored: number }[] {
  return Object.entries(received.samples)
    .filter(([, { stored }]) => stored > 0)
    .map(([way, { stored }]) => ({ name: SAMPLE_WAYS[way] ?? way, key: `samples ${way}`, stored }));
}
