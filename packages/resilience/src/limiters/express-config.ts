import { createMark } from '../mark.ts';
import { hasMethods, isLoose, numberOf } from '../shape.ts';
import { findInClosure } from './closure-search.ts';
import { ruleName } from './rule-name.ts';

export type AnyFunction = (...args: never[]) => unknown;
type Limit = number | ((request: never, response: never) => number | PromiseLike<number>);

/** What express-rate-limit keeps of its options, and reads anew at every request. */
export interface LimiterConfig {
  windowMs: number;
  limit: Limit;
  skip: (request: never, response: never) => unknown;
  readonly store: { readonly increment: (key: never) => unknown; readonly localKeys?: boolean | undefined };
  readonly requestPropertyName: string;
  readonly passOnStoreError: boolean;
  readonly identifier?: unknown;
}

/** The middleware that `rateLimit()` returns. */
export interface LimiterMiddleware {
  (request: never, response: never, next: never): unknown;
  readonly resetKey: AnyFunction;
  readonly getKey: AnyFunction;
}

export function isLimiterMiddleware(thing: unknown): thing is LimiterMiddleware {
  return typeof thing === 'function' && hasMethods(thing, 'resetKey', 'getKey');
}

function isLimiterConfig(value: unknown): value is LimiterConfig {
  return (
    isLoose(value) &&
    hasMethods(value, 'skip', 'handler', 'keyGenerator') &&
    hasMethods(value['store'], 'increment') &&
    (numberOf(value['limit']) !== undefined || typeof value['limit'] === 'function') &&
    typeof value['requestPropertyName'] === 'string' &&
    numberOf(value['windowMs']) !== undefined
  );
}

/** What `watchableRateLimit` made: their configuration is at hand. */
const madeHere = createMark<LimiterConfig>('rate-limit-config');

/** Keeps the configuration of a middleware for as long as there is the middleware. */
export function rememberConfig(middleware: object, config: LimiterConfig): void {
  madeHere.set(middleware, config);
}

/** The configuration of a middleware; undefined where it cannot be looked into. */
export function configOf(middleware: LimiterMiddleware): LimiterConfig | undefined {
  return madeHere.get(middleware) ?? findInClosure(middleware, isLimiterConfig);
}

/** The only rule of such a limiter, as it names it in its header. */
export function ruleOf({ limit, windowMs, identifier }: LimiterConfig): string {
  return typeof identifier === 'string' ? identifier : ruleName(numberOf(limit), windowMs / 1000);
}
