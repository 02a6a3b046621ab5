import { isLoose, numberOf } from '../shape.ts';
import { type AnyFunction, type LimiterConfig, rememberConfig } from './express-config.ts';
import { skipProbes } from './skip-probes.ts';

/**
 * Makes a middleware of express-rate-limit that `watch()` need not look into: for a Node.js under `--permission`, or for
 * a version that it does not know. Nothing else is different, but that probes and documentation are skipped where `skip`
 * is not given.
 *
 * @param rateLimit the function of express-rate-limit
 * @param options as `rateLimit` takes them; not changed
 * @returns the middleware, to be used and to be watched
 * @example watchableRateLimit(rateLimit, { limit: 60, windowMs: 60_000, standardHeaders: 'draft-8' })
 */
export function watchableRateLimit<Middleware extends AnyFunction, Options extends object>(
  rateLimit: (options: Options) => Middleware,
  options: Options,
): Middleware {
  const given = { ...options } as Record<string, unknown>;
  const property = given['requestPropertyName'];
  const config: LimiterConfig = {
    windowMs: numberOf(given['windowMs']) ?? 60_000,
    limit: (given['limit'] ?? given['max'] ?? 5) as LimiterConfig['limit'],
    skip: (given['skip'] ?? skipProbes()) as LimiterConfig['skip'],
    // The store that it makes itself cannot fail, and is not to be seen.
    store: isLoose(given['store'])
      ? (given['store'] as unknown as LimiterConfig['store'])
      : { increment() {}, localKeys: true },
    requestPropertyName: typeof property === 'string' ? property : 'rateLimit',
    passOnStoreError: given['passOnStoreError'] === true,
    identifier: given['identifier'],
  };
  const middleware = rateLimit({
    ...options,
    skip: (request: never, response: never) => config.skip(request, response),
    limit: (request: never, response: never) =>
      typeof config.limit === 'function' ? config.limit(request, response) : config.limit,
  });
  rememberConfig(middleware, config);
  return middleware;
}
