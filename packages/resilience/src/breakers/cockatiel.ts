import { errorText } from '../cause.ts';
import {
  type CockatielBreaker,
  type FailureReason,
  isCockatielBreaker,
  type Run,
} from '../policies/cockatiel-shapes.ts';
import { numberOf } from '../shape.ts';
import { isFlagged, isTimeoutError } from '../policies/cockatiel-errors.ts';
import { secondsOf } from '../seconds.ts';
import type { Watcher } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { type BreakerRecord, type BreakerState, createBreakerRecord } from './breaker-record.ts';

/**
 * Breakers of cockatiel. A call that the breaker turns away emits nothing, so `execute` is wrapped.
 *
 * An error that the policy does not handle is `ignored`, as is a caller that gives up while it waits for a probe.
 */
export const cockatielBreaker: Watcher<CockatielBreaker> = {
  kind: 'circuit_breaker',
  supports: 'circuitBreaker() of cockatiel',
  contributesHealth: true,
  recognises: isCockatielBreaker,
  watch(breaker, context) {
    const record = createBreakerRecord(context, {
      states: ['closed', 'open', 'half_open', 'isolated'],
      outcomes: ['success', 'failure', 'timeout', 'rejected', 'ignored'],
      runs: ['success', 'failure', 'timeout', 'ignored'],
      state: stateOf(breaker),
    });
    const unwrap = wrapMethod(breaker, 'execute', (execute) => countRejected(execute, record));
    const listeners = [...followRuns(breaker, record), ...followStates(breaker, record)];
    return {
      dispose(it) {
        for (const listener of listeners) listener.dispose();
        unwrap(it);
      },
      collect: (it) => record.collect(stateOf(it), openForMs(it)),
      awaitsCall: (it) => record.awaitsCall(openForMs(it)),
      status(it) {
        const halfOpenAfterMs = openForMs(it);
        return {
          library: 'cockatiel',
          state: record.state(),
          stateSeconds: record.stateSeconds(),
          ...(halfOpenAfterMs !== undefined && { halfOpenAfterSeconds: secondsOf(halfOpenAfterMs) }),
        };
      },
    };
  },
};

/** By `CircuitState` of cockatiel. */
const STATES: readonly BreakerState[] = ['closed', 'open', 'half_open', 'isolated'];

function stateOf({ state }: CockatielBreaker): BreakerState {
  return STATES[state] ?? 'closed';
}

/** What was let through, by how the breaker took it. */
function followRuns(breaker: CockatielBreaker, record: BreakerRecord) {
  return [
    breaker.onSuccess(({ duration }) => {
      record.call('success');
      record.run('success', duration);
    }),
    breaker.onFailure(({ duration, handled, reason }) => {
      const outcome = handled
        ? 'error' in reason && isTimeoutError(reason.error)
          ? 'timeout'
          : 'failure'
        : 'ignored';
      record.decided(outcome);
      record.call(outcome);
      record.run(outcome, duration);
    }),
  ];
}

function followStates(breaker: CockatielBreaker, record: BreakerRecord) {
  let brokeBy: string | undefined;
  return [
    breaker.onBreak((reason) => {
      brokeBy = 'isolated' in reason ? 'isolated by hand' : reasonText(reason);
    }),
    breaker.onStateChange((state) => {
      const from = record.state();
      const to = STATES[state] ?? 'closed';
      record.move(to, causeOf(from, to, brokeBy));
      brokeBy = undefined;
    }),
  ];
}

function causeOf(from: BreakerState, to: BreakerState, brokeBy: string | undefined): string {
  if (to === 'isolated') return brokeBy ?? 'isolated by hand';
  if (to === 'half_open') return 'the wait is over, a probe is let through';
  if (to === 'closed') return from === 'isolated' ? 'no longer isolated' : 'the probe succeeded';
  const by = brokeBy ?? 'an unknown failure';
  return from === 'half_open' ? `the probe failed: ${by}` : `too many failures, the last one: ${by}`;
}

function reasonText(reason: FailureReason): string {
  return 'error' in reason ? errorText(reason.error) : 'a result that is handled as a failure';
}

/**
 * Counts the calls that never ran. A call that waits for the decision of a probe goes through `execute` once more, with
 * the function that it was given here, and is the same call.
 */
function countRejected(
  execute: CockatielBreaker['execute'],
  record: BreakerRecord,
): CockatielBreaker['execute'] {
  const waiting = new Set<Run>();
  let entering: Run | undefined;

  return function watchedExecute(this: CockatielBreaker, run, signal) {
    if (run === entering || (waiting.size > 0 && waiting.has(run))) return execute.call(this, run, signal);
    let ran = false;
    const counted: Run = (context) => {
      ran = true;
      return run(context);
    };
    const outer = entering;
    entering = counted;
    let result: Promise<unknown>;
    try {
      result = execute.call(this, counted, signal);
    } finally {
      entering = outer;
    }
    if (ran) return result;

    waiting.add(counted);
    return result.then(
      (value) => {
        waiting.delete(counted);
        return value;
      },
      (error: unknown) => {
        waiting.delete(counted);
        if (!ran) {
          const outcome = isFlagged(error, 'isTaskCancelledError') ? 'ignored' : 'rejected';
          record.decided(outcome);
          record.call(outcome);
        }
        throw error;
      },
    );
  };
}

/** Private to cockatiel where a backoff decides about it; undefined where another version keeps it elsewhere. */
function openForMs(breaker: CockatielBreaker): number | undefined {
  const { innerState, options } = breaker as unknown as {
    readonly innerState?: { readonly backoff?: { readonly duration?: unknown } };
    readonly options?: { readonly halfOpenAfter?: unknown };
  };
  return numberOf(innerState?.backoff?.duration) ?? numberOf(options?.halfOpenAfter);
}
