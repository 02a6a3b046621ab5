import { numberOf } from '../shape.ts';
import { secondsOf } from '../seconds.ts';
import type { WatchContext, Watcher } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { isFlagged } from './cockatiel-errors.ts';
import { type CockatielBulkhead, isCockatielBulkhead, type Run } from './cockatiel-shapes.ts';

/** Bulkheads of cockatiel. Version 4 emits neither success nor failure for them, so `execute` is wrapped. */
export const cockatielBulkhead: Watcher<CockatielBulkhead> = {
  kind: 'bulkhead',
  supports: 'bulkhead() of cockatiel',
  recognises: isCockatielBulkhead,
  watch(bulkhead, context) {
    const active = context.gauge('bulkhead_active_calls');
    const queued = context.gauge('bulkhead_queued_calls');
    const limit = context.gauge('bulkhead_limit_calls');
    const queueLimit = context.gauge('bulkhead_queue_limit_calls');
    const unwrap = wrapMethod(bulkhead, 'execute', (execute) => countCalls(execute, context));
    const read = createReader();
    return {
      dispose: unwrap,
      collect(it) {
        const now = read(it);
        active.set(now.activeCalls);
        queued.set(now.queuedCalls);
        limit.set(now.limitCalls);
        queueLimit.set(now.queueLimitCalls);
      },
      status: (it) => ({ library: 'cockatiel', ...read(it) }),
    };
  },
};

interface Occupancy {
  readonly activeCalls: number;
  readonly queuedCalls: number;
  readonly limitCalls: number;
  readonly queueLimitCalls: number;
}

/** The limits are private to cockatiel; where another version keeps them elsewhere, they are the most that was ever free. */
function createReader(): (bulkhead: CockatielBulkhead) => Occupancy {
  let mostFree = 0;
  let mostQueueFree = 0;
  return (bulkhead) => {
    const { executionSlots, queueSlots } = bulkhead;
    const { capacity, queueCapacity } = bulkhead as unknown as Readonly<Record<string, unknown>>;
    mostFree = Math.max(mostFree, executionSlots);
    mostQueueFree = Math.max(mostQueueFree, queueSlots);
    const limitCalls = numberOf(capacity) ?? mostFree;
    const queueLimitCalls = numberOf(queueCapacity) ?? mostQueueFree;
    return {
      activeCalls: limitCalls - executionSlots,
      queuedCalls: queueLimitCalls - queueSlots,
      limitCalls,
      queueLimitCalls,
    };
  };
}

/** A call that has waited goes through `execute` once more, with the function that it was given here. */
function countCalls(
  execute: CockatielBulkhead['execute'],
  context: WatchContext,
): CockatielBulkhead['execute'] {
  const { nowMs } = context;
  const success = context.counter('bulkhead_calls_total', 'success');
  const failure = context.counter('bulkhead_calls_total', 'failure');
  const cancelled = context.counter('bulkhead_calls_total', 'cancelled');
  const rejected = context.counter('bulkhead_rejected_calls_total');
  const wait = context.histogram('bulkhead_wait_duration_seconds');
  const waiting = new Set<Run>();

  function neverRan(error: unknown): void {
    if (isFlagged(error, 'isBulkheadRejectedError')) {
      rejected.add(1);
      context.decided('rejected');
    } else {
      cancelled.add(1);
      context.decided('cancelled');
    }
  }

  return function watchedExecute(this: CockatielBulkhead, run, signal) {
    if (waiting.size > 0 && waiting.has(run)) return execute.call(this, run, signal);
    const sinceMs = nowMs();
    let ran = false;
    let isQueued = false;
    const counted: Run = (policyContext) => {
      ran = true;
      wait.observe(isQueued ? secondsOf(Math.max(0, nowMs() - sinceMs)) : 0);
      return run(policyContext);
    };
    const result = execute.call(this, counted, signal);
    isQueued = !ran;
    if (isQueued) waiting.add(counted);
    return result.then(
      (value) => {
        if (isQueued) waiting.delete(counted);
        success.add(1);
        return value;
      },
      (error: unknown) => {
        if (isQueued) waiting.delete(counted);
        if (!ran) neverRan(error);
        else failure.add(1);
        throw error;
      },
    );
  };
}
