import { paths } from '@sightline/conventions';

/** What is looked at of a request: that of Express, or any of `node:http`. */
export interface ProbedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Express: the path as it came, where `url` is only what is below the mount. */
  readonly originalUrl?: string | undefined;
}

/** Paths of probes and scrapers, of the admin server and as others call them. */
const probePaths = [
  paths.liveness.path,
  paths.readiness.path,
  paths.startup.path,
  paths.health.path,
  paths.metrics.path,
  '/healthz',
  '/live',
  '/ready',
  '/ping',
  '/favicon.ico',
  '/openapi.json',
  '/openapi.yaml',
  '/swagger.json',
];
/** Pages of documentation, with everything below them. */
const docsPaths = ['/docs', '/api-docs', '/swagger', '/redoc'];

/**
 * For the option `skip` of a rate limiter: true for probes and for documentation, so that neither a kubelet nor a reader
 * uses up what is for callers. Only for GET and HEAD, and only for a path that is exactly so.
 *
 * @param more paths of your own, each with everything below it: `/internal`
 * @example rateLimit({ limit: 60, windowMs: 60_000, skip: skipProbes(['/internal']) })
 */
export function skipProbes(more: readonly string[] = []): (request: ProbedRequest) => boolean {
  const exact = new Set([...probePaths, ...docsPaths, ...more]);
  const below = [...docsPaths, ...more].map((path) => `${path.replace(/\/+$/, '')}/`);
  return function skip({ method, originalUrl, url }) {
    if (method !== 'GET' && method !== 'HEAD') return false;
    const target = originalUrl ?? url ?? '';
    const query = target.indexOf('?');
    const path = query === -1 ? target : target.slice(0, query);
    if (exact.has(path)) return true;
    // What climbs up again is not below it.
    return below.some((each) => path.startsWith(each)) && !/\.\.|%2e/i.test(path);
  };
}
