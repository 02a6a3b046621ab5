import { cockatielBreaker } from './breakers/cockatiel.ts';
import { opossumBreaker } from './breakers/opossum.ts';
import { cacheLoader } from './caches/cache-loader.ts';
import { keyv } from './caches/keyv.ts';
import { lruCache } from './caches/lru-cache.ts';
import { ioredis } from './connections/ioredis.ts';
import { expressRateLimit } from './limiters/express-rate-limit.ts';
import { rateLimiterFlexible } from './limiters/rate-limiter-flexible.ts';
import { cockatielBulkhead } from './policies/bulkhead.ts';
import { cockatielFallback } from './policies/fallback.ts';
import { cockatielRetry } from './policies/retry.ts';
import { cockatielTimeout } from './policies/timeout.ts';
import { cockatielWrap } from './policies/wrap.ts';
import { genericPool } from './pools/generic-pool.ts';
import { pgPool } from './pools/pg.ts';
import { poolShape } from './pools/pool-shape.ts';
import { tarnPool } from './pools/tarn.ts';
import type { Composition, Watcher } from './watcher.ts';

/** Asked in this order; each knows its things by their shape and imports no library. */
export const builtInWatchers: readonly Watcher<never>[] = [
  opossumBreaker,
  cockatielBreaker,
  cockatielRetry,
  cockatielTimeout,
  cockatielBulkhead,
  cockatielFallback,

  expressRateLimit,
  rateLimiterFlexible,
  lruCache,
  keyv,
  cacheLoader,
  pgPool,
  genericPool,
  tarnPool,
  ioredis,
  // Last, as it takes everything that has its numbers.
  poolShape,
] as readonly unknown[] as readonly Watcher<never>[];

export const builtInCompositions: readonly Composition<never>[] = [cockatielWrap];
