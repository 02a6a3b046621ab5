export { rateLimiterFlexible, rateLimiterFlexibleWatcher } from './limiters/rate-limiter-flexible.ts';
export type { RateLimiterFlexibleOptions } from './limiters/rate-limiter-flexible.ts';
export type { FlexibleLimiter } from './limiters/flexible-shape.ts';
export { skipProbes } from './limiters/skip-probes.ts';
export type { ProbedRequest } from './limiters/skip-probes.ts';
