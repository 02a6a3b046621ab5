import { errorRatio, requestQuantile, requestRate } from '../queries/requests.ts';
import type { Scope } from '../queries/promql.ts';

/** Grafana puts the tags of the span in this place, as matchers. */
const TAGS = '$__tags';
/** A matcher that stands for them until then. */
const PLACE = { job: '=TAGS' } as const;

const scope: Scope = { matchers: PLACE, range: '$__rate_interval' };

/** The numbers of the service and route of a span: what Tempo offers beside it. */
export function prometheusMetricQueries(): readonly { readonly name: string; readonly query: string }[] {
  return [
    { name: 'Requests a second of this route', query: requestRate(scope) },
    { name: 'Share of them that fails', query: errorRatio(scope) },
    { name: 'p95 of this route', query: requestQuantile(scope, 0.95) },
  ].map(({ name, query }) => ({ name, query: query.replaceAll('job="TAGS"', TAGS) }));
}
