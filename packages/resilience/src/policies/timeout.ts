import { secondsOf } from '../seconds.ts';
import { activeTraceRef } from '../trace-ref.ts';
import type { WatchContext, Watcher } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { type CockatielTimeout, isCockatielTimeout, type Run } from './cockatiel-shapes.ts';

type Outcome = 'success' | 'failure' | 'timeout' | 'cancelled';

/** One call that has not run out of time yet. */
interface Call {
  /** The signal of its caller. */
  readonly parent: AbortSignal | undefined;
  /** The one that the timeout aborts; undefined until it runs. */
  own: AbortSignal | undefined;
  /** Undefined until it is certain, whatever the call itself may end as. */
  outcome: Outcome | undefined;
}

/**
 * Timeouts of cockatiel.
 *
 * `onTimeout` is emitted without saying for which call, and also when the caller itself gives up; so `execute` is wrapped,
 * and an event belongs to the call whose signal has just been aborted.
 */
export const cockatielTimeout: Watcher<CockatielTimeout> = {
  kind: 'timeout',
  supports: 'timeout() of cockatiel',
  recognises: isCockatielTimeout,
  watch(timeout, context) {
    const limitSeconds = secondsOf(timeout.duration);
    context.gauge('timeout_limit_seconds').set(limitSeconds);
    const running = new Set<Call>();
    const unwrap = wrapMethod(timeout, 'execute', (execute) => countCalls(execute, context, running));
    const listener = timeout.onTimeout(() => {
      for (const call of running) {
        if (call.own?.aborted !== true) continue;
        running.delete(call);
        call.outcome = call.parent?.aborted === true ? 'cancelled' : 'timeout';
        context.decided(call.outcome);
        return;
      }
    });
    return {
      dispose(it) {
        listener.dispose();
        unwrap(it);
        running.clear();
      },
      status: () => ({ library: 'cockatiel', limitSeconds }),
    };
  },
};

function countCalls(
  execute: CockatielTimeout['execute'],
  context: WatchContext,
  running: Set<Call>,
): CockatielTimeout['execute'] {
  const { nowMs } = context;
  const seriesOf = (outcome: Outcome) => ({
    calls: context.counter('timeout_calls_total', outcome),
    duration: context.histogram('timeout_call_duration_seconds', outcome),
  });
  const series = {
    success: seriesOf('success'),
    failure: seriesOf('failure'),
    timeout: seriesOf('timeout'),
    cancelled: seriesOf('cancelled'),
  };

  function ended(call: Call, otherwise: 'success' | 'failure', sinceMs: number): void {
    running.delete(call);
    const { calls, duration } = series[call.outcome ?? otherwise];
    calls.add(1);
    duration.observe(secondsOf(Math.max(0, nowMs() - sinceMs)), activeTraceRef());
  }

  return function watchedExecute(this: CockatielTimeout, run, signal) {
    const call: Call = {
      parent: signal,
      own: undefined,
      outcome: signal?.aborted === true ? 'cancelled' : undefined,
    };
    if (call.outcome === undefined) running.add(call);
    const counted: Run = (policyContext, own) => {
      call.own = policyContext.signal;
      return run(policyContext, own);
    };
    const sinceMs = nowMs();
    return execute.call(this, counted, signal).then(
      (value) => {
        ended(call, 'success', sinceMs);
        return value;
      },
      (error: unknown) => {
        ended(call, 'failure', sinceMs);
        throw error;
      },
    );
  };
}
