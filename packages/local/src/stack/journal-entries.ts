import type { Labels } from '@sightline/query';
import type { FloatHistogram } from '@sightline/query/promql';
import type { SavedSample } from '@sightline/query/promql/rules';
import type { SampleSink } from '../ingest/samples.ts';
import { type PageReader, createPageReader } from '../ingest/scrape/page-reader.ts';
import { type Scrape, type ScrapeOutcome, reportScrape } from '../ingest/scrape/scrape-target.ts';
import type { JournalEntry } from '../store/journal.ts';

const SCRAPE = 'scrape';
const RULES = 'rules';

interface ScrapeNote {
  readonly labels: Labels;
  readonly isOpenMetrics: boolean;
  /** Undefined in what an earlier version wrote, which kept the pages alone. */
  readonly outcome?: ScrapeOutcome;
}

/** A scrape as the journal keeps it; the body is the page, empty when there was none. */
export function scrapeEntry({ target: { labels }, outcome, page }: Scrape): JournalEntry {
  const note: ScrapeNote = { labels, isOpenMetrics: page?.isOpenMetrics === true, outcome };
  const body = Buffer.from(page?.page ?? '');
  return { kind: SCRAPE, timeMs: outcome.timeMs, note: JSON.stringify(note), body };
}

type WrittenNumber = number | 'NaN' | '+Inf' | '-Inf';

/** The same of a native histogram: numbers as they are written, and lists of them. */
type WrittenHistogram = {
  readonly [Key in keyof FloatHistogram]: FloatHistogram[Key] extends number
    ? WrittenNumber
    : FloatHistogram[Key] extends Float64Array
      ? readonly WrittenNumber[]
      : FloatHistogram[Key];
};

type WrittenSample = readonly [
  labels: Labels,
  timeMs: number,
  value: WrittenNumber | WrittenHistogram | 'stale',
];

/** What rules resulted in as the journal keeps it. */
export function rulesEntry(samples: readonly SavedSample[], timeMs: number): JournalEntry {
  const written = samples.map(({ labels, timeMs: atMs, value }): WrittenSample => [
    labels,
    atMs,
    writtenValue(value),
  ]);
  return { kind: RULES, timeMs, note: '', body: Buffer.from(JSON.stringify(written)) };
}

function writtenValue(value: SavedSample['value']): WrittenSample[2] {
  if (value === 'stale') return value;
  return typeof value === 'number' ? writtenNumber(value) : writtenHistogram(value);
}

/** JSON has no other numbers. */
function writtenNumber(value: number): WrittenNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function writtenHistogram(histogram: FloatHistogram): WrittenHistogram {
  return {
    schema: histogram.schema,
    count: writtenNumber(histogram.count),
    sum: writtenNumber(histogram.sum),
    zeroThreshold: writtenNumber(histogram.zeroThreshold),
    zeroCount: writtenNumber(histogram.zeroCount),
    positiveSpans: histogram.positiveSpans,
    positiveBuckets: Array.from(histogram.positiveBuckets, writtenNumber),
    negativeSpans: histogram.negativeSpans,
    negativeBuckets: Array.from(histogram.negativeBuckets, writtenNumber),
    customValues: Array.from(histogram.customValues, writtenNumber),
    counterReset: histogram.counterReset,
  };
}

const words = { NaN: Number.NaN, '+Inf': Infinity, '-Inf': -Infinity } as const;

function numberOf(written: WrittenNumber): number {
  return typeof written === 'number' ? written : words[written];
}

/** Undefined is the stale marker. */
function valueOf(written: WrittenSample[2]): number | FloatHistogram | undefined {
  if (written === 'stale') return undefined;
  if (typeof written !== 'object') return numberOf(written);
  return {
    schema: numberOf(written.schema),
    count: numberOf(written.count),
    sum: numberOf(written.sum),
    zeroThreshold: numberOf(written.zeroThreshold),
    zeroCount: numberOf(written.zeroCount),
    positiveSpans: written.positiveSpans,
    positiveBuckets: Float64Array.from(written.positiveBuckets, numberOf),
    negativeSpans: written.negativeSpans,
    negativeBuckets: Float64Array.from(written.negativeBuckets, numberOf),
    customValues: Float64Array.from(written.customValues, numberOf),
    counterReset: written.counterReset,
  };
}

/** Takes entries of these kinds in once more. @returns false for any other kind */
export function createSampleReplay(sink: SampleSink): (entry: JournalEntry) => boolean {
  const readers = new Map<string, PageReader>();

  function readerOf(labels: Labels): PageReader {
    const key = JSON.stringify(labels);
    let reader = readers.get(key);
    if (reader === undefined) readers.set(key, (reader = createPageReader(labels, sink)));
    return reader;
  }

  return (entry) => {
    const { kind, note, timeMs } = entry;
    if (kind !== SCRAPE && kind !== RULES) return false;
    const text = Buffer.from(entry.body).toString('utf8');
    if (kind === SCRAPE) {
      const { labels, isOpenMetrics, outcome } = JSON.parse(note) as ScrapeNote;
      if (outcome === undefined || outcome.error === '') readerOf(labels).take(text, isOpenMetrics, timeMs);
      else readerOf(labels).end(timeMs);
      if (outcome === undefined) sink.sample({ ...labels, __name__: 'up' }, timeMs, 1);
      else reportScrape(labels, outcome, sink);
      return true;
    }
    for (const [labels, atMs, value] of JSON.parse(text) as readonly WrittenSample[])
      sink.sample(labels, atMs, valueOf(value));
    return true;
  };
}
