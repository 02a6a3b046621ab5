import { paths } from '@sightline/conventions';
import { text } from '../answers.ts';
import { createPace } from '../pace.ts';
import type { AdminRoute } from '../route.ts';

/** What the page is taken from: the `Metrics` of `@sightline/metrics`. */
export interface MetricsSource {
  /** @param accept the header, which may ask for OpenMetrics */
  page(accept: string | undefined): Promise<MetricsPage> | MetricsPage;
}

interface MetricsPage {
  readonly contentType: string;
  /** In parts, so that a long page does not hold up the event loop. */
  readonly body: string | AsyncIterable<string | Uint8Array>;
}

/**
 * As many pages are begun in a second; a pair of Prometheus and a few agents ask for one or two. Somebody who asks again and
 * again, without reading the answers, would take the service's time otherwise.
 */
const PAGES_PER_SECOND = 50;

/**
 * `/metrics`, open to all who reach the port. Who asks too often waits for the answer.
 *
 * @param onFailure told of each page that failed; the scraper gets 503
 */
export function metricsRoute(source: MetricsSource, onFailure: (error: unknown) => void): AdminRoute {
  const pace = createPace({ perSecond: PAGES_PER_SECOND, burst: PAGES_PER_SECOND });
  return {
    path: paths.metrics.path,
    methods: ['GET'],
    access: 'open',
    help: paths.metrics.help,
    async handle({ headers, signal }) {
      await pace(signal);
      if (signal.aborted) return text(503, 'Nobody waits for the metrics any more.');
      try {
        const { contentType, body } = await source.page(headers['accept']);
        return { status: 200, headers: { 'content-type': contentType }, body };
      } catch (error) {
        onFailure(error);
        return text(503, 'The metrics cannot be read just now; the service is not affected.');
      }
    },
  };
}
