import type { Labels } from '@sightline/query';
import type { FloatHistogram } from '@sightline/query/promql';
import type { SampleSink } from '../samples.ts';
import { getPage } from './get-page.ts';
import { createPageReader } from './page-reader.ts';

/** What is scraped, and the labels that its series get. */
export interface ScrapeTarget {
  readonly url: string;
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
  /** Scrapes once, and tells how it went as Prometheus does: `up`, `scrape_duration_seconds`, `scrape_samples_scraped`. */
  scrape(signal: AbortSignal): Promise<ScrapeOutcome>;
  /** Ends every series: the target is gone. */
  end(timeMs: number): void;
}

/** A page that was taken. */
export interface ScrapedPage {
  readonly target: ScrapeTarget;
  readonly page: string;
  readonly isOpenMetrics: boolean;
  readonly timeMs: number;
}

export interface ScraperOptions {
  readonly target: ScrapeTarget;
  readonly sink: SampleSink;
  readonly timeoutMs: number;
  /** Longest page [bytes]. */
  readonly maxPageBytes: number;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  readonly onPage?: ((page: ScrapedPage) => void) | undefined;
}

export function createScraper(options: ScraperOptions): Scraper {
  const { target, sink, timeoutMs, maxPageBytes, now, onPage } = options;
  const reader = createPageReader(target.labels, sink);

  function report(outcome: ScrapeOutcome): void {
    const own = (name: string, value: number | FloatHistogram): void =>
      sink.sample({ ...target.labels, __name__: name }, outcome.timeMs, value);
    own('up', outcome.error === '' ? 1 : 0);
    own('scrape_duration_seconds', outcome.durationSeconds);
    own('scrape_samples_scraped', outcome.samples);
  }

  return {
    async scrape(signal) {
      const timeMs = now();
      const startMs = performance.now();
      let samples = 0;
      let error = '';
      try {
        const { page, isOpenMetrics } = await getPage(
          target.url,
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          maxPageBytes,
        );
        samples = reader.take(page, isOpenMetrics, timeMs);
        onPage?.({ target, page, isOpenMetrics, timeMs });
      } catch (thrown) {
        error = messageOf(thrown);
        reader.end(timeMs);
      }
      const outcome = { timeMs, durationSeconds: (performance.now() - startMs) / 1000, error, samples };
      if (!signal.aborted) report(outcome);
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

/** Where several addresses were tried, each error of them says why. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
