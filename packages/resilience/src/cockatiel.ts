export { cockatielBreaker } from './breakers/cockatiel.ts';
export { cockatielBulkhead } from './policies/bulkhead.ts';
export type {
  CockatielBreaker,
  CockatielBulkhead,
  CockatielFallback,
  CockatielRetry,
  CockatielTimeout,
  CockatielWrap,
} from './policies/cockatiel-shapes.ts';
export { cockatielFallback } from './policies/fallback.ts';
export { cockatielRetry } from './policies/retry.ts';
export { cockatielTimeout } from './policies/timeout.ts';
export { cockatielWrap } from './policies/wrap.ts';
