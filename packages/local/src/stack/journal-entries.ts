import type { Labels } from '@sightline/query';
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

type WrittenSample = readonly [
  labels: Labels,
  timeMs: number,
  value: number | 'stale' | 'NaN' | '+Inf' | '-Inf',
];

/** What rules resulted in as the journal keeps it; native histograms, which no rule of ours makes, are left out. */
export function rulesEntry(samples: readonly SavedSample[], timeMs: number): JournalEntry {
  const written = samples.flatMap(({ labels, timeMs: atMs, value }): readonly WrittenSample[] =>
    typeof value === 'object' ? [] : [[labels, atMs, writtenValue(value)]],
  );
  return { kind: RULES, timeMs, note: '', body: Buffer.from(JSON.stringify(written)) };
}

/** JSON has no other numbers. */
function writtenValue(value: number | 'stale'): WrittenSample[2] {
  if (value === 'stale' || Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

const words: Readonly<Record<string, number>> = { NaN: Number.NaN, '+Inf': Infinity, '-Inf': -Infinity };

/** Takes entries of these kinds in once more. @returns false for any other kind */
export function createSampleReplay(sink: SampleSink): (entry: JournalEntry) => boolean {
  const readers = new Map<string, PageReader>();

  function readerOf(labels: Labels): PageReader {
    const key = JSON.stringify(labels);
    let reader = readers.get(key);
    if (reader === undefined) readers.set(key, (reader = createPageReader(labels, sink)));
    return reader;
  }

  return ({ kind, note, timeMs, body }) => {
    const text = Buffer.from(body).toString('utf8');
    if (kind === SCRAPE) {
      const { labels, isOpenMetrics, outcome } = JSON.parse(note) as ScrapeNote;
      if (outcome === undefined || outcome.error === '') readerOf(labels).take(text, isOpenMetrics, timeMs);
      else readerOf(labels).end(timeMs);
      if (outcome === undefined) sink.sample({ ...labels, __name__: 'up' }, timeMs, 1);
      else reportScrape(labels, outcome, sink);
      return true;
    }
    if (kind !== RULES) return false;
    for (const [labels, atMs, value] of JSON.parse(text) as readonly WrittenSample[]) {
      sink.sample(labels, atMs, typeof value === 'number' ? value : words[value]);
    }
    return true;
  };
}
