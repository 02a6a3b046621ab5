/**
 * What does watching a cache or a pool cost, beyond what they take themselves?
 *
 * `node --conditions=@sightline/source packages/resilience/bench/watched-cache.bench.ts [rounds] [calls]`
 */
import { compareWatched } from './compare-watched.ts';

compareWatched([
  'lru-cache, hit',
  'lru-cache, miss',
  'lru-cache, set',
  'lru-cache, fetch',
  'keyv',
  'generic-pool',
]);
