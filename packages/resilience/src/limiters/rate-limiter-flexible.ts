import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { isLoose, isThenable, type Loose } from '../shape.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import {
  type Consume,
  type FlexibleLimiter,
  flexibleRules,
  type FlexibleRules,
  isBurstUnasked,
  isFlexibleLimiter,
  isRateLimiterRes,
  type RateLimiterResLike,
  wasStoreAsked,
} from './flexible-shape.ts';
import { createLimiterMeter, type LimiterChange, type LimiterMeter } from './limiter-meter.ts';
import { wrapStoreErrors } from './flexible-errors.ts';

const rateLimiterFlexibleOptionsSchema = z.strictObject({
  /**
   * What your code does with a request when the limiter rejects with an Error, as its store fails and nothing insures
   * it. The limiter cannot know.
   */
  onStoreError: z.enum(['fail_open', 'fail_closed']).default('fail_closed'),
});

/** What a caller writes. */
export type RateLimiterFlexibleOptions = z.input<typeof rateLimiterFlexibleOptionsSchema>;

const changes = ['penalty', 'reward', 'block', 'set', 'delete'] as const satisfies readonly LimiterChange[];

type AnyMethod = (this: never, ...args: never[]) => unknown;
type Unwrap = (thing: FlexibleLimiter) => void;

/**
 * Watches limiters of rate-limiter-flexible, where the default does not fit: `watch(limiter, { name, as })`.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`
 */
export function rateLimiterFlexibleWatcher(
  options: RateLimiterFlexibleOptions = {},
): Watcher<FlexibleLimiter> {
  const { onStoreError } = parseOptions(
    'rateLimiterFlexibleWatcher',
    rateLimiterFlexibleOptionsSchema,
    options,
  );
  return {
    kind: 'rate_limiter',
    supports: 'a limiter, RateLimiterUnion or BurstyRateLimiter of rate-limiter-flexible',
    recognises: isFlexibleLimiter,
    watch: (limiter, context) => watchLimiter(limiter, context, onStoreError),
  };
}

/** Watches limiters of rate-limiter-flexible, with the defaults. */
export const rateLimiterFlexible: Watcher<FlexibleLimiter> = rateLimiterFlexibleWatcher();

function watchLimiter(
  limiter: FlexibleLimiter,
  context: WatchContext,
  onStoreError: 'fail_open' | 'fail_closed',
): Watching<FlexibleLimiter> {
  const rules = flexibleRules(limiter as unknown as Loose);
  if (rules.composed === 'union' && new Set(rules.prefixes).size < rules.prefixes.length)
    context.problem('limiters of the union have the same keyPrefix, so that their rules are counted as one');
  const meter = createLimiterMeter(context, {
    rules: rules.names,
    changes: changesOf(limiter as unknown as Loose),
    hasStore: rules.hasStore,
  });
  const errors = wrapStoreErrors(limiter as unknown as Loose, (error, isInsured) =>
    meter.storeFailed(error, isInsured ? 'insured' : onStoreError),
  );
  const failed = (error: unknown): void => {
    if (errors.unwraps.length === 0) meter.storeFailed(error, onStoreError);
    meter.undecided(onStoreError);
  };
  const unwraps = [
    wrapMethod(limiter, 'consume', (original) => consumeHook(original, { meter, rules, failed })),
    ...wrapChanges(limiter as unknown as Loose, meter),
    ...errors.unwraps,
  ];
  return {
    // The last one first, so that the object is left in the shape that it had.
    dispose: (it) => unwraps.toReversed().forEach((unwrap: Unwrap) => unwrap(it)),
    collect: () => meter.collect(),
    status: () => meter.status(),
    awaitsCall: meter.awaitsCall,
  };
}

interface Reading {
  readonly meter: LimiterMeter;
  readonly rules: FlexibleRules;
  /** A request that the limiter rejected with an Error. */
  readonly failed: (error: unknown) => void;
}

function consumeHook(original: Consume, reading: Reading): Consume {
  const { meter, rules } = reading;
  const read = readers[rules.composed ?? 'single'];

  function settled(key: unknown, result: unknown, isRejected: boolean): void {
    const isByStore = wasStoreAsked(rules, result, isRejected);
    meter.answered(isByStore);
    read(reading, key, result, isRejected, isByStore);
  }

  return function consume(this: FlexibleLimiter, key, points, options) {
    meter.asking();
    let promise;
    try {
      promise = original.call(this, key, points, options);
    } catch (error) {
      meter.answered();
      throw error;
    }
    if (!isThenable(promise)) {
      meter.answered();
      return promise;
    }
    // What is returned is what was derived: a rejection that nobody handles stays one.
    return promise.then(
      (result) => {
        settled(key, result, false);
        return result;
      },
      (reason: unknown) => {
        settled(key, reason, true);
        throw reason;
      },
    );
  };
}

/** @param isByStore whether what counts was asked for it */
type Read = (
  reading: Reading,
  key: unknown,
  result: unknown,
  isRejected: boolean,
  isByStore: boolean,
) => void;

const readSingle: Read = ({ meter, rules, failed }, key, result, isRejected, isByStore) => {
  if (!isRateLimiterRes(result)) {
    if (isRejected) failed(result);
    return;
  }
  if (!isRejected && !isByStore) return meter.skipped();
  if (isByStore) meter.storeWorked();
  meter.rule(0, isRejected);
  if (isRejected) meter.limited(key, result.msBeforeNext);
  else meter.allowed(remainingRatio(result, rules.points[0]));
};

/** Rejected: what refused stands in the answer, and what allowed does not. */
const readUnion: Read = (
  { meter, rules: { prefixes, points }, failed },
  key,
  result,
  isRejected,
  isByStore,
) => {
  if (!isLoose(result)) return;
  let leastRatio: number | undefined;
  let waitMs: number | undefined;
  let failure: unknown;
  prefixes.forEach((prefix, at) => {
    const answer = result[prefix];
    if (isRejected && answer !== undefined && !isRateLimiterRes(answer)) {
      failure = answer;
      return;
    }
    const isLimited = isRejected && answer !== undefined;
    meter.rule(at, isLimited);
    if (!isRateLimiterRes(answer)) return;
    if (isLimited) waitMs = Math.max(waitMs ?? 0, answer.msBeforeNext);
    else leastRatio = lesser(leastRatio, remainingRatio(answer, points[at]));
  });
  if (isByStore && failure === undefined) meter.storeWorked();
  if (waitMs !== undefined) meter.limited(key, waitMs);
  else if (failure !== undefined) failed(failure);
  else meter.allowed(leastRatio);
};

/** The second limiter is asked only when the first one refuses, and then the answer has the points of the first. */
const readBursty: Read = ({ meter, rules: { points }, failed }, key, result, isRejected, isByStore) => {
  if (!isRateLimiterRes(result)) {
    if (isRejected) failed(result);
    return;
  }
  if (isByStore) meter.storeWorked();
  const isPastFirst =
    isRejected || isBurstUnasked(result) || result.consumedPoints > (points[0] ?? Number.POSITIVE_INFINITY);
  meter.rule(0, isPastFirst);
  if (isPastFirst) meter.rule(1, isRejected);
  if (isRejected) meter.limited(key, result.msBeforeNext);
  else meter.allowed(remainingRatio(result, points[0]));
};

const readers = { single: readSingle, union: readUnion, bursty: readBursty } as const;

function lesser(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}

function remainingRatio(
  { remainingPoints }: RateLimiterResLike,
  points: number | undefined,
): number | undefined {
  return points === undefined || points <= 0 ? undefined : remainingPoints / points;
}

/** A union has none. */
function changesOf(limiter: Loose): readonly LimiterChange[] {
  return changes.filter((change) => typeof limiter[change] === 'function');
}

/** No closure in here may hold the limiter, as what takes the hooks off is kept, and holds them. */
function wrapChanges(limiter: Loose, meter: LimiterMeter): Unwrap[] {
  const unwraps: Unwrap[] = [];
  for (const change of changesOf(limiter)) {
    const methods = limiter as Readonly<Record<LimiterChange, AnyMethod>>;
    const unwrap = wrapMethod(methods, change, (original) => changeHook(original, change, meter));
    unwraps.push(unwrap as unknown as Unwrap);
  }
  return unwraps;
}

function changeHook(original: AnyMethod, change: LimiterChange, meter: LimiterMeter): AnyMethod {
  return function changeCounted(this: never, ...args: never[]) {
    meter.changed(change);
    return original.apply(this, args);
  };
}
