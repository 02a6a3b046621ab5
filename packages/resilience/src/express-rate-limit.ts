export { expressRateLimit } from './limiters/express-rate-limit.ts';
export type { LimiterMiddleware } from './limiters/express-config.ts';
export { skipProbes } from './limiters/skip-probes.ts';
export type { ProbedRequest } from './limiters/skip-probes.ts';
export { watchableRateLimit } from './limiters/watchable-rate-limit.ts';
