import { paths } from '@sightline/conventions';
import { text } from '../answers.ts';
import type { AdminRoute } from '../route.ts';
import { createSharedPages } from '../shared-pages.ts';

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
 * `/metrics`, open to all who reach the port. Who asks too often waits for the answer, and gets the same page as others who wait.
 *
 * @param onFailure told of each page that failed; the scraper gets 503
 */
export function metricsRoute(source: MetricsSource, onFailure: (error: unknown) => void): AdminRoute {
  const pages = createSharedPages();
  return {
    path: paths.metrics.path,
    methods: ['GET'],
    access: 'open',
    help: paths.metrics.help,
    async handle({ headers, signal }) {
      if (signal.aborted) return text(503, 'Nobody waits for the metrics any more.');
      try {
        const { contentType, body } = await source.page(headers['accept']);
        const parts = typeof body === 'string' ? body : pages.read({ contentType, body }, signal);
        return { status: 200, headers: { 'content-type': contentType }, body: parts };
      } catch (error) {
        onFailure(error);
        return text(503, 'The metrics cannot be read just now; the service is not affected.');
      }
    },
  };
}
