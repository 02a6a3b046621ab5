import { setImmediate } from 'node:timers';
import type { WatchContext, Watcher } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { type CockatielRetry, type FailureReason, isCockatielRetry, type Run } from './cockatiel-shapes.ts';

/** Retries of cockatiel. Events tell of attempts and not of calls, so `execute` is wrapped. */
export const cockatielRetry: Watcher<CockatielRetry> = {
  kind: 'retry',
  supports: 'retry() of cockatiel',
  recognises: isCockatielRetry,
  watch(retry, context) {
    const attempts = context.counter('retry_attempts_total');
    const givenUp: unknown[] = [];
    const forget = (): void => {
      givenUp.length = 0;
    };
    const unwrap = wrapMethod(retry, 'execute', (execute) => countCalls(execute, context, givenUp));
    const listeners = [
      retry.onRetry(() => attempts.add(1)),
      retry.onGiveUp((reason) => {
        // Calls by an `execute` that was taken off before the watching are not counted: what they end with is left over.
        if (givenUp.length === 0) setImmediate(forget);
        givenUp.push(outcomeOf(reason));
      }),
    ];
    return {
      dispose(it) {
        for (const listener of listeners) listener.dispose();
        unwrap(it);
        forget();
      },
      status: () => ({ library: 'cockatiel' }),
    };
  },
};

function outcomeOf(reason: FailureReason): unknown {
  return 'error' in reason ? reason.error : reason.value;
}

/** @param givenUp what the calls that were given up on end with, from the event until they have ended: at most a turn */
function countCalls(
  execute: CockatielRetry['execute'],
  context: WatchContext,
  givenUp: unknown[],
): CockatielRetry['execute'] {
  const success = context.counter('retry_calls_total', 'success');
  const afterRetry = context.counter('retry_calls_total', 'success_after_retry');
  const gaveUp = context.counter('retry_calls_total', 'gave_up');
  const notRetryable = context.counter('retry_calls_total', 'not_retryable');

  function wasGivenUp(outcome: unknown): boolean {
    if (givenUp.length === 0) return false;
    const at = givenUp.findIndex((each) => Object.is(each, outcome));
    if (at < 0) return false;
    givenUp.splice(at, 1);
    gaveUp.add(1);
    context.decided('gave_up');
    return true;
  }

  return function watchedExecute(this: CockatielRetry, run, signal) {
    let runs = 0;
    const counted: Run = (policyContext) => {
      runs++;
      return run(policyContext);
    };
    return execute.call(this, counted, signal).then(
      (value) => {
        if (wasGivenUp(value)) return value;
        if (runs > 1) {
          afterRetry.add(1);
          context.decided('success_after_retry');
        } else success.add(1);
        return value;
      },
      (error: unknown) => {
        if (!wasGivenUp(error)) {
          notRetryable.add(1);
          context.decided('not_retryable');
        }
        throw error;
      },
    );
  };
}
