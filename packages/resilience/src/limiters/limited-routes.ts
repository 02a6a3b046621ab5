import { isLoose, type Loose } from '../shape.ts';
import { activeTraceRef } from '../trace-ref.ts';
import type { WatchContext } from '../watcher.ts';

/** Most routes that are counted apart; the next ones are counted without one. */
const MAX_ROUTES = 200;

/**
 * Counts requests that were turned away, by the route that they have come to. A limiter that stands before every route
 * turns them away before any is found: all of these are one series without a route, as they are in
 * `http_server_request_duration_seconds`, so that the one can be divided by the other.
 */
export function createLimitedRoutes(context: WatchContext): (request: Loose) => void {
  const seriesOf = (route: string | undefined) => context.counter('http_requests_limited_total', route);
  const unrouted = seriesOf(undefined);
  const byRoute = new Map<string, ReturnType<typeof seriesOf>>();

  function find(route: string): ReturnType<typeof seriesOf> {
    let series = byRoute.get(route);
    if (series === undefined) {
      if (byRoute.size >= MAX_ROUTES) return unrouted;
      byRoute.set(route, (series = seriesOf(route)));
    }
    return series;
  }

  return function onLimited(request) {
    const route = context.routeOf(request) ?? routeTemplate(request);
    (route === undefined ? unrouted : find(route)).add(1, activeTraceRef());
  };
}

/**
 * What Express itself says, for a request that nobody else observes. Only where it is a template all the way: under a
 * mount, `baseUrl` has what was asked for.
 */
function routeTemplate({ route, baseUrl }: Loose): string | undefined {
  if (!isLoose(route) || (baseUrl !== undefined && baseUrl !== '')) return undefined;
  const { path } = route;
  return typeof path === 'string' && path.length <= 200 ? path : undefined;
}
