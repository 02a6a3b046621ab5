/**
 * What does watching a rate limiter cost, beyond what the limiter takes itself?
 *
 * `node --conditions=@sightline/source packages/resilience/bench/watched-limiter.bench.ts [rounds] [calls]`
 */
import { compareWatched } from './compare-watched.ts';

compareWatched([
  'rate-limiter-flexible',
  'rate-limiter-flexible, limited',
  'express-rate-limit',
  'express-rate-limit, limited',
]);
