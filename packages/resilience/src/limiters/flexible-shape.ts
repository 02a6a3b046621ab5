import { hasMethods, isLoose, type Loose, numberOf } from '../shape.ts';
import { distinctNames, ruleName } from './rule-name.ts';

/** What rate-limiter-flexible resolves and rejects with; it is no Error. */
export interface RateLimiterResLike {
  /** Points left in the window. */
  readonly remainingPoints: number;
  /** Time until points come back [ms]; -1 for never. */
  readonly msBeforeNext: number;
  readonly consumedPoints: number;
}

export type Consume = (key: unknown, points?: unknown, options?: unknown) => PromiseLike<unknown>;

/** Any limiter of rate-limiter-flexible: one with a store or without, a union, a bursty one, a wrapper. */
export interface FlexibleLimiter {
  readonly consume: Consume;
}

export function isRateLimiterRes(value: unknown): value is RateLimiterResLike {
  return (
    isLoose(value) &&
    typeof value['msBeforeNext'] === 'number' &&
    typeof value['remainingPoints'] === 'number'
  );
}

/** How the wrapper with lists answers for a key that is always let through. */
function isOnWhiteList(answer: unknown): boolean {
  return (
    isLoose(answer) && answer['remainingPoints'] === Number.MAX_SAFE_INTEGER && answer['msBeforeNext'] === 0
  );
}

/** How a limiter refuses without asking what it counts in: a key that it has blocked in memory, or one on a black list. */
function isRefusedUnasked(answer: unknown): boolean {
  return isRateLimiterRes(answer) && answer.consumedPoints === 0;
}

/** Whether the first limiter of a bursty one refused what the second let through, without asking what it counts in. */
export function isBurstUnasked(answer: RateLimiterResLike): boolean {
  return isRefusedUnasked(answer) && answer.remainingPoints === 0;
}

/** Whether what counts had to be asked for this: only then it says anything of whether that works. */
export function wasStoreAsked(
  { composed, prefixes, refusesUnasked }: FlexibleRules,
  result: unknown,
  isRejected: boolean,
): boolean {
  if (!isRejected) return !isOnWhiteList(result);
  // The answer has the points of the first, and the second was asked after it.
  if (composed === 'bursty' && !refusesUnasked) return true;
  if (composed !== 'union') return !isRefusedUnasked(result);
  // All of them are asked, and those that let it through are not in the answer.
  return !isLoose(result) || !prefixes.every((prefix) => isRefusedUnasked(result[prefix]));
}

export function isFlexibleLimiter(thing: unknown): thing is FlexibleLimiter {
  if (!hasMethods(thing, 'consume')) return false;
  if (isUnion(thing) || isBursty(thing)) return true;
  return (
    hasMethods(thing, 'penalty', 'reward', 'block') &&
    (numberOf(thing['points']) !== undefined || hasInner(thing))
  );
}

function isUnion(thing: Loose): boolean {
  return Array.isArray(thing['_limiters']);
}

function isBursty(thing: Loose): boolean {
  return hasMethods(thing['_rateLimiter'], 'consume') && hasMethods(thing['_burstLimiter'], 'consume');
}

/** Wrappers, such as the one with lists of keys: the limits are those of the limiter inside. */
function hasInner(thing: Loose): boolean {
  return hasMethods(thing['limiter'], 'consume');
}

/** How a limiter comes to its decision, as plain data. */
export interface FlexibleRules {
  readonly composed: 'union' | 'bursty' | undefined;
  readonly names: readonly string[];
  /** Limit of each rule [points]; undefined where it has none. */
  readonly points: readonly (number | undefined)[];
  /** Union: under which key each rule stands in the answer. */
  readonly prefixes: readonly string[];
  /** Whether what counts is outside of this process. */
  readonly hasStore: boolean;
  /** Whether the one that is asked last can refuse without asking a store. */
  readonly refusesUnasked: boolean;
}

export function flexibleRules(limiter: Loose): FlexibleRules {
  const parts = partsOf(limiter);
  return {
    composed: isUnion(limiter) ? 'union' : isBursty(limiter) ? 'bursty' : undefined,
    names: distinctNames(
      parts.map((part) => ruleName(pointsOf(part), numberOf(limitsOf(part)['duration']) ?? 0)),
    ),
    points: parts.map(pointsOf),
    prefixes: parts.map((part) => String(part['keyPrefix'])),
    hasStore: parts.some(hasStore),
    refusesUnasked: parts.slice(-1).some(canRefuseUnasked),
  };
}

function partsOf(limiter: Loose): readonly Loose[] {
  const union = limiter['_limiters'];
  if (Array.isArray(union)) return union.filter(isLoose);
  if (isBursty(limiter)) return [limiter['_rateLimiter'], limiter['_burstLimiter']].filter(isLoose);
  return [limiter];
}

/** The one that has the limits: the innermost of wrappers. */
function limitsOf(limiter: Loose): Loose {
  let inner = limiter;
  for (let depth = 0; depth < 8 && isLoose(inner['limiter']); depth++) inner = inner['limiter'];
  return inner;
}

function pointsOf(limiter: Loose): number | undefined {
  return numberOf(limitsOf(limiter)['points']);
}

/** An operation that is insured can fail; those of memory cannot. One that delays on purpose is no hanging store. */
function hasStore(limiter: Loose): boolean {
  const inner = limitsOf(limiter);
  return hasMethods(inner, '_handleError') && inner['execEvenly'] !== true;
}

/** A key that it has blocked in memory, one on the black list of a wrapper, and any where it counts in memory alone. */
function canRefuseUnasked(limiter: Loose): boolean {
  const isListed = isLoose(limiter['limiter']);
  return isListed || !hasStore(limiter) || (numberOf(limiter['inMemoryBlockOnConsumed']) ?? 0) > 0;
}
