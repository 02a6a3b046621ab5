import { type Scope, observationRate, quantile, share } from '../queries/promql.ts';

/** Grafana puts the tags of the span in this place, as matchers. */
const TAGS = '$__tags';
/** A matcher that stands for them until then. */
const PLACE = { job: '=TAGS' } as const;

const scope: Scope = { matchers: PLACE, range: '$__rate_interval' };

const DURATION = 'http_server_request_duration_seconds';

/**
 * The numbers of the service and route of a span: what Tempo offers beside it. They are without the first of each series: what
 * tells it asks for instances, which have no route, and the tags stand for everything.
 */
export function prometheusMetricQueries(): readonly { readonly name: string; readonly query: string }[] {
  const all = observationRate(scope, DURATION);
  const failed = observationRate(scope, DURATION, [], { http_response_status_code: '=~5..' });
  return [
    { name: 'Requests a second of this route', query: all },
    { name: 'Share of them that fails', query: share(failed, all) },
    { name: 'p95 of this route', query: quantile(scope, 0.95, DURATION) },
  ].map(({ name, query }) => ({ name, query: query.replaceAll('job="TAGS"', TAGS) }));
}
