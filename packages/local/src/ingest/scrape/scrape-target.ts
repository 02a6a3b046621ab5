import type { Labels } from '@sightline/query';
import type { Address } from '../../server/address.ts';
import type { SampleSink } from '../samples.ts';
import { type Page, getPage } from './get-page.ts';
import { createPageReader } from './page-reader.ts';

/** What is scraped, and the labels that its series get. */
export interface ScrapeTarget {
  /** Without credentials, for it is shown. */
  readonly url: string;
  /** Sent along: who asks. */
  readonly headers?: Address['headers'];
  /** `job`, `instance` and those of the configuration. */
  readonly labels: Labels;
}

/** How the last scrape went. */
export interface ScrapeOutcome {
  readonly timeMs: number;
  readonly durationSeconds: number;
  /** "" when all is well. */
  readonly error: string;
  readonly samples: number;
}

export interface Scraper {
  /** Scrapes once, and tells how it went. */
  scrape(signal: AbortSignal): Promise<ScrapeOutcome>;
  /** Ends every series: the target is gone. */
  end(timeMs: number): void;
}

/** A scrape that is over. */
export interface Scrape {
  readonly target: ScrapeTarget;
  readonly outcome: ScrapeOutcome;
  /** Undefined when none was taken. */
  readonly page: Page | undefined;
}

export interface ScraperOptions {
  readonly target: ScrapeTarget;
  readonly sink: SampleSink;
  readonly timeoutMs: number;
  /** Longest page [bytes]. */
  readonly maxPageBytes: number;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  readonly onScrape?: ((scrape: Scrape) => void) | undefined;
}

export function createScraper(options: ScraperOptions): Scraper {
  const { target, sink, timeoutMs, maxPageBytes, now, onScrape } = options;
  const reader = createPageReader(target.labels, sink);

  return {
    async scrape(signal) {
      const timeMs = now();
      const startMs = performance.now();
      let samples = 0;
      let error = '';
      let page: Page | undefined;
      try {
        const got = await getPage(
          target,
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          maxPageBytes,
        );
        samples = reader.take(got.page, got.isOpenMetrics, timeMs);
        page = got;
      } catch (thrown) {
        error = messageOf(thrown);
        reader.end(timeMs);
      }
      const outcome = { timeMs, durationSeconds: (performance.now() - startMs) / 1000, error, samples };
      if (!signal.aborted) {
        onScrape?.({ target, outcome, page });
        reportScrape(target.labels, outcome, sink);
      }
      return outcome;
    },
    end(timeMs) {
      reader.end(timeMs);
      for (const name of ['up', 'scrape_duration_seconds', 'scrape_samples_scraped']) {
        sink.sample({ ...target.labels, __name__: name }, timeMs, undefined);
      }
    },
  };
}

/** Tells how a scrape went as Prometheus does: `up`, `scrape_duration_seconds`, `scrape_samples_scraped`. */
export function reportScrape(
  labels: Labels,
  { timeMs, error, durationSeconds, samples }: ScrapeOutcome,
  sink: SampleSink,
): void {
  sink.sample({ ...labels, __name__: 'up' }, timeMs, error === '' ? 1 : 0);
  sink.sample({ ...labels, __name__: 'scrape_duration_seconds' }, timeMs, durationSeconds);
  sink.sample({ ...labels, __name__: 'scrape_samples_scraped' }, timeMs, samples);
}

/** Where several addresses were tried, each error of them says why. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
