import {
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  fallback,
  handleAll,
  handleType,
  handleWhen,
  handleWhenResult,
  noop,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder, type Recorder } from '../recorder.fixture.ts';
import { createResilience, type Resilience } from '../resilience.ts';

let recorder: Recorder;
let resilience: Resilience;

beforeEach(() => {
  vi.useFakeTimers();
  recorder = createRecorder();
  resilience = createResilience({}, recorder.parts);
});

afterEach(() => {
  resilience.close();
  vi.useRealTimers();
});

const boom = (): Promise<never> => Promise.reject(new Error('boom'));
const later = (afterMs: number) => (): Promise<string> =>
  new Promise((resolve) => setTimeout(() => resolve('late'), afterMs));

/** What of a metric is not 0, by its outcome. */
function outcomes(metric: string, name = 'payments'): Record<string, number> {
  const found = Object.entries(recorder.page()).flatMap(([series, count]) => {
    const labels = /^(.*)\{name="(.*)",outcome="(.*)"\}$/.exec(series);
    return labels?.[1] === metric && labels[2] === name && count > 0 ? [[labels[3], count] as const] : [];
  });
  return Object.fromEntries(found) as Record<string, number>;
}

describe('cockatielRetry', () => {
  it('keeps nothing of what calls end with that are made past it, by a method that was taken off before', async () => {
    let isHandled = true;
    const policy = retry(
      handleWhen(() => isHandled),
      { maxAttempts: 0 },
    );
    const execute = policy.execute.bind(policy);
    resilience.watch(policy, { name: 'payments' });
    const error = new Error('boom');
    await settled(execute(() => Promise.reject(error)));
    await turnEnd();
    isHandled = false;
    await settled(policy.execute(() => Promise.reject(error)));
    expect(outcomes('retry_calls_total')).toEqual({ not_retryable: 1 });
  });

  it('counts attempts after the first, and each call by how it ended', async () => {
    const policy = retry(handleType(RangeError), { maxAttempts: 2 });
    resilience.watch(policy, { name: 'payments' });
    await policy.execute(() => 'fine');
    await settled(
      policy.execute(({ attempt }) => (attempt === 0 ? Promise.reject(new RangeError('once')) : 'fine')),
    );
    await settled(policy.execute(() => Promise.reject(new RangeError('always'))));
    await settled(policy.execute(boom));
    expect(outcomes('retry_calls_total')).toEqual({
      success: 1,
      success_after_retry: 1,
      gave_up: 1,
      not_retryable: 1,
    });
    expect(recorder.value('retry_attempts_total', { name: 'payments' })).toBe(3);
  });

  it('counts giving up on a result that is handled as a failure, although it is returned', async () => {
    const policy = retry(
      handleWhenResult((result) => result === 503),
      { maxAttempts: 1 },
    );
    resilience.watch(policy, { name: 'payments' });
    expect(await settled(policy.execute(() => 503))).toBe(503);
    expect(outcomes('retry_calls_total')).toEqual({ gave_up: 1 });
  });
});

describe('cockatielTimeout', () => {
  it('counts calls by outcome and shows the limit', async () => {
    const policy = timeout(100, TimeoutStrategy.Aggressive);
    resilience.watch(policy, { name: 'payments' });
    await settled(policy.execute(later(40)));
    await settled(policy.execute(later(200)));
    await settled(policy.execute(boom));
    const aborter = new AbortController();
    const given = policy.execute(later(200), aborter.signal);
    aborter.abort();
    await settled(given);
    await settled(policy.execute(() => 'fine', AbortSignal.abort()));
    expect(outcomes('timeout_calls_total')).toEqual({ success: 1, timeout: 1, failure: 1, cancelled: 2 });
    expect(recorder.value('timeout_limit_seconds', { name: 'payments' })).toBe(0.1);
    const success = { name: 'payments', outcome: 'success' };
    expect(recorder.observations('timeout_call_duration_seconds', success)).toEqual([0.04]);
  });

  it('counts a cooperative call that ran out of time as a timeout, whatever it ended as', async () => {
    const policy = timeout(100, TimeoutStrategy.Cooperative);
    resilience.watch(policy, { name: 'payments' });
    expect(await settled(policy.execute(later(250)))).toBe('late');
    expect(outcomes('timeout_calls_total')).toEqual({ timeout: 1 });
    const labels = { name: 'payments', outcome: 'timeout' };
    expect(recorder.observations('timeout_call_duration_seconds', labels)).toEqual([0.25]);
  });

  it('knows which of several calls at one time ran out of time', async () => {
    const policy = timeout(100, TimeoutStrategy.Aggressive);
    resilience.watch(policy, { name: 'payments' });
    const aborter = new AbortController();
    const all = [
      policy.execute(later(50)),
      policy.execute(later(500), aborter.signal),
      policy.execute(later(500)),
    ];
    await vi.advanceTimersByTimeAsync(60);
    aborter.abort();
    await settled(Promise.allSettled(all));
    expect(outcomes('timeout_calls_total')).toEqual({ success: 1, cancelled: 1, timeout: 1 });
  });
});

describe('cockatielBulkhead', () => {
  it('shows places and queue, and counts calls once however long they waited', async () => {
    const policy = bulkhead(1, 1);
    resilience.watch(policy, { name: 'payments' });
    const first = policy.execute(later(100));
    const second = policy.execute(boom);
    await expect(policy.execute(() => 'fine')).rejects.toBeInstanceOf(BulkheadRejectedError);
    recorder.collect();
    const labels = { name: 'payments' };
    expect(recorder.value('bulkhead_active_calls', labels)).toBe(1);
    expect(recorder.value('bulkhead_queued_calls', labels)).toBe(1);
    expect(recorder.value('bulkhead_limit_calls', labels)).toBe(1);
    expect(recorder.value('bulkhead_queue_limit_calls', labels)).toBe(1);
    await settled(Promise.allSettled([first, second]));
    expect(outcomes('bulkhead_calls_total')).toEqual({ success: 1, failure: 1 });
    expect(recorder.value('bulkhead_rejected_calls_total', labels)).toBe(1);
    expect(recorder.observations('bulkhead_wait_duration_seconds', labels)).toEqual([0, 0.1]);
    recorder.collect();
    expect(recorder.value('bulkhead_active_calls', labels)).toBe(0);
  });

  it('counts a call that gave up in the queue as cancelled', async () => {
    const policy = bulkhead(1, 1);
    resilience.watch(policy, { name: 'payments' });
    const aborter = new AbortController();
    const all = [policy.execute(later(100)), policy.execute(() => 'fine', aborter.signal)];
    aborter.abort();
    await settled(Promise.allSettled(all));
    expect(outcomes('bulkhead_calls_total')).toEqual({ success: 1, cancelled: 1 });
  });
});

describe('cockatielFallback', () => {
  it('counts what the caller got', async () => {
    let instead = (): unknown => 'instead';
    const policy = fallback(handleType(RangeError), () => instead());
    resilience.watch(policy, { name: 'payments' });
    await policy.execute(() => 'fine');
    expect(await settled(policy.execute(() => Promise.reject(new RangeError('out'))))).toBe('instead');
    instead = () => Promise.resolve('later');
    expect(await settled(policy.execute(() => Promise.reject(new RangeError('out'))))).toBe('later');
    instead = () => Promise.reject(new Error('no fallback'));
    await settled(policy.execute(() => Promise.reject(new RangeError('out'))));
    instead = () => {
      throw new Error('no fallback');
    };
    await settled(policy.execute(() => Promise.reject(new RangeError('out'))));
    await settled(policy.execute(boom));
    expect(outcomes('fallback_calls_total')).toEqual({
      success: 1,
      fallback: 2,
      fallback_failed: 2,
      failure: 1,
    });
  });
});

describe('cockatielWrap', () => {
  const members = () => ({
    outer: timeout(1000, TimeoutStrategy.Aggressive),
    again: retry(handleAll, { maxAttempts: 2 }),
    breaker: circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(2) }),
    inner: timeout(100, TimeoutStrategy.Aggressive),
  });

  it('watches every member, also in wraps within, under one name, with #2 for the second of a kind', async () => {
    const { outer, again, breaker, inner } = members();
    const policy = wrap(outer, wrap(again, wrap(breaker, inner)), noop);
    resilience.watch(policy, { name: 'payments' });
    await settled(policy.execute(boom));
    expect(resilience.status().watched.map(({ kind, name }) => `${String(kind)} ${String(name)}`)).toEqual([
      'timeout payments',
      'retry payments',
      'circuit_breaker payments',
      'timeout payments#2',
    ]);
    expect(outcomes('timeout_calls_total')).toEqual({ failure: 1 });
    expect(outcomes('timeout_calls_total', 'payments#2')).toEqual({ failure: 2 });
    expect(outcomes('retry_calls_total')).toEqual({ gave_up: 1 });
    expect(outcomes('circuit_breaker_calls_total')).toEqual({ failure: 2, rejected: 1 });
    expect(recorder.problems).toEqual([]);
  });

  it('leaves what was watched by itself as it is, and ends only what it began', () => {
    const { again, breaker } = members();
    resilience.watch(breaker, { name: 'mine' });
    const policy = wrap(again, breaker);
    const handle = resilience.watch(policy, { name: 'payments' });
    const names = () => resilience.status().watched.map(({ name }) => name);
    expect(names()).toEqual(['mine', 'payments']);
    expect(resilience.watch(policy, { name: 'payments' })).toBe(handle);
    handle.dispose();
    expect(names()).toEqual(['mine']);
  });

  it('leaves nothing behind on any member', () => {
    const { outer, again, breaker } = members();
    const all = [outer, again, breaker, bulkhead(1), fallback(handleAll, 1)];
    const before = all.map((each) => Object.getOwnPropertyNames(each));
    const values = all.map((each) => Object.values(each));
    resilience.watch(wrap(...(all as [typeof outer])), { name: 'payments' }).dispose();
    expect(all.map((each) => Object.getOwnPropertyNames(each))).toEqual(before);
    expect(all.map((each) => Object.values(each))).toEqual(values);
    expect(recorder.page()).toEqual({});
  });
});

/** Lets the timers run until it is settled, or for a second; what it throws is what it gives. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
  const end = promise.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1000);
  return end;
}
