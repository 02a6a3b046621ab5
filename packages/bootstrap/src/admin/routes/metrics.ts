import { paths } from '@sightline/conventions';
import { text } from '../answers.ts';
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
 * `/metrics`, open to all who reach the port.
 *
 * @param onFailure told of each page that failed; the scraper gets 503
 */
export function metricsRoute(source: MetricsSource, onFailure: (error: unknown) => void): AdminRoute {
  return {
    path: paths.metrics.path,
    methods: ['GET'],
    access: 'open',
    help: paths.metrics.help,
    async handle({ headers }) {
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
