import { isLoose, type Loose } from '../shape.ts';
import { wrapMethod } from '../wrap-method.ts';
import { isRateLimiterRes } from './flexible-shape.ts';

type HandleError = (this: never, ...args: never[]) => unknown;
type FailingPart = Loose & { readonly _handleError: HandleError };

/** Told of each failure of the store, once, and whether another limiter takes over. */
export type OnStoreError = (error: unknown, isInsured: boolean) => void;

/**
 * Hooks the one method of rate-limiter-flexible that knows of a failure of the store also when another limiter takes
 * over; what `consume` comes to shows none then.
 *
 * @returns one for each part that was hooked, to take it off; none holds the limiter
 */
export function wrapStoreErrors(
  limiter: Loose,
  onStoreError: OnStoreError,
): { readonly unwraps: (() => void)[] } {
  /** How often an error is still to come by again: clients reject many commands with one and the same object. */
  const comesAgain = new WeakMap<object, number>();

  function isNews(error: unknown): boolean {
    const times = isLoose(error) ? (comesAgain.get(error) ?? 0) : 0;
    if (times > 0 && isLoose(error)) comesAgain.set(error, times - 1);
    return times === 0;
  }

  function handleErrorHook(original: HandleError, isInside: boolean): HandleError {
    return function handleError(this: Loose, ...args: never[]) {
      const [error, operation]: readonly unknown[] = args;
      if (!isRateLimiterRes(error)) {
        const isInsured = isLoose(this['insuranceLimiter']);
        if (isNews(error)) onStoreError(error, isInsured);
        // A block that fails within a consume fails that as well, and what is inside of a wrapper fails the wrapper.
        if (isLoose(error) && !isInsured && (isInside || isBlockOfConsume(this, operation)))
          comesAgain.set(error, (comesAgain.get(error) ?? 0) + 1);
      }
      return original.apply(this as never, args);
    };
  }

  const unwraps = failingParts(limiter).map(({ reference, isInside }) => {
    const part = reference.deref();
    const unwrap =
      part && wrapMethod(part, '_handleError', (original) => handleErrorHook(original, isInside));
    return () => {
      const it = reference.deref();
      if (it !== undefined) unwrap?.(it);
    };
  });
  return { unwraps };
}

function isBlockOfConsume(limiter: Loose, operation: unknown): boolean {
  return (
    operation === 'block' && typeof limiter['blockDuration'] === 'number' && limiter['blockDuration'] > 0
  );
}

/** Weak: what is kept must not hold the limiter, and it is one of its parts itself. */
function failingParts(limiter: Loose): readonly { reference: WeakRef<FailingPart>; isInside: boolean }[] {
  const union = limiter['_limiters'];
  const tops: readonly unknown[] = Array.isArray(union)
    ? union
    : [limiter, limiter['_rateLimiter'], limiter['_burstLimiter']];
  return tops.flatMap((top) => {
    if (!isLoose(top)) return [];
    const parts = isFailing(top) ? [{ reference: new WeakRef(top), isInside: false }] : [];
    const inner = top['limiter'];
    if (isFailing(inner)) parts.push({ reference: new WeakRef(inner), isInside: isFailing(top) });
    return parts;
  });
}

function isFailing(value: unknown): value is FailingPart {
  return isLoose(value) && typeof value['_handleError'] === 'function';
}
