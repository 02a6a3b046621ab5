import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  handleType,
  handleWhenResult,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
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
const fine = (): Promise<string> => Promise.resolve('fine');

function made(failures = 1, handled = handleAll) {
  return circuitBreaker(handled, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(failures) });
}

function calls(name = 'payments'): Record<string, number> {
  const outcomes = ['success', 'failure', 'timeout', 'rejected', 'ignored'];
  const counted = outcomes.map(
    (outcome) => [outcome, recorder.value('circuit_breaker_calls_total', { name, outcome })] as const,
  );
  return Object.fromEntries(counted.filter(([, count]) => count !== 0)) as Record<string, number>;
}

function states(name = 'payments'): string[] {
  return ['closed', 'open', 'half_open', 'isolated', 'disabled'].filter(
    (state) => recorder.value('circuit_breaker_state', { name, state }) === 1,
  );
}

describe('cockatielBreaker', () => {
  it('shows the states that a breaker of cockatiel can be in, before it was ever called', () => {
    resilience.watch(made(), { name: 'payments' });
    const shown = Object.entries(recorder.page()).filter(([series]) =>
      series.startsWith('circuit_breaker_state{'),
    );
    expect(Object.fromEntries(shown)).toEqual({
      'circuit_breaker_state{name="payments",state="closed"}': 1,
      'circuit_breaker_state{name="payments",state="open"}': 0,
      'circuit_breaker_state{name="payments",state="half_open"}': 0,
      'circuit_breaker_state{name="payments",state="isolated"}': 0,
    });
  });

  it('follows every state with causes, durations in seconds and the recovery', async () => {
    const breaker = made();
    resilience.watch(breaker, { name: 'payments' });
    const slow = breaker.execute(() => new Promise((resolve) => setTimeout(resolve, 250)));
    await vi.advanceTimersByTimeAsync(250);
    await slow;
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    await expect(breaker.execute(fine)).rejects.toBeInstanceOf(BrokenCircuitError);
    await vi.advanceTimersByTimeAsync(400);
    recorder.collect();
    expect(recorder.value('circuit_breaker_open_remaining_seconds', { name: 'payments' })).toBeCloseTo(
      0.6,
      6,
    );
    await vi.advanceTimersByTimeAsync(600);
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    await vi.advanceTimersByTimeAsync(1000);
    await breaker.execute(fine);
    const held = breaker.isolate();
    await expect(breaker.execute(fine)).rejects.toBeInstanceOf(BrokenCircuitError);
    expect(states()).toEqual(['isolated']);
    held.dispose();
    expect(calls()).toEqual({ success: 2, failure: 2, rejected: 2 });
    expect(states()).toEqual(['closed']);
    const success = { name: 'payments', outcome: 'success' };
    expect(recorder.observations('circuit_breaker_call_duration_seconds', success)).toEqual([0.25, 0]);
    expect(recorder.observations('circuit_breaker_recovery_duration_seconds', { name: 'payments' })).toEqual([
      2,
    ]);
    expect(recorder.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn circuit breaker payments: closed to open, too many failures, the last one: Error: boom',
      'info circuit breaker payments: open to half_open, the wait is over, a probe is let through',
      'warn circuit breaker payments: half_open to open, the probe failed: Error: boom',
      'info circuit breaker payments: open to half_open, the wait is over, a probe is let through',
      'info circuit breaker payments: half_open to closed, the probe succeeded',
      'warn circuit breaker payments: closed to isolated, isolated by hand',
      'info circuit breaker payments: isolated to closed, no longer isolated',
    ]);
  });

  it('shows the time that a backoff leaves until the next probe', async () => {
    const breaker = circuitBreaker(handleAll, {
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: 2000,
        generator: () => [2000, undefined] as never,
      }),
      breaker: new ConsecutiveBreaker(1),
    });
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    recorder.collect();
    expect(recorder.value('circuit_breaker_open_remaining_seconds', { name: 'payments' })).toBeCloseTo(2, 6);
  });

  it('counts each of several calls that wait for one probe once', async () => {
    const breaker = made();
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    await vi.advanceTimersByTimeAsync(1000);
    const probe = Promise.withResolvers<string>();
    const first = breaker.execute(() => probe.promise);
    const others = [breaker.execute(fine), breaker.execute(boom)];
    const settled = Promise.allSettled(others);
    probe.resolve('up again');
    await first;
    await settled;
    expect(calls()).toEqual({ success: 2, failure: 2 });
    await vi.advanceTimersByTimeAsync(1000);
    const failing = Promise.withResolvers<string>();
    const second = Promise.allSettled([
      breaker.execute(() => failing.promise),
      breaker.execute(fine),
      breaker.execute(fine),
    ]);
    failing.reject(new Error('still down'));
    await second;
    expect(calls()).toEqual({ success: 2, failure: 3, rejected: 2 });
  });

  it('counts an error that is not handled as ignored, and a result that is as a failure', async () => {
    const breaker = made(2, handleType(RangeError));
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    const picky = made(
      1,
      handleWhenResult((result) => result === 503),
    );
    resilience.watch(picky, { name: 'picky' });
    await expect(picky.execute(() => 503)).resolves.toBe(503);
    expect(calls()).toEqual({ ignored: 1 });
    expect(calls('picky')).toEqual({ failure: 1 });
    expect(resilience.status().history[0]).toMatchObject({
      name: 'picky',
      cause: 'too many failures, the last one: a result that is handled as a failure',
    });
  });

  it('counts a run that a timeout inside of it cut off as a timeout', async () => {
    const breaker = made(5);
    resilience.watch(breaker, { name: 'payments' });
    const both = wrap(breaker, timeout(100, TimeoutStrategy.Aggressive));
    const call = both.execute(() => new Promise(() => {})).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    expect(await call).toMatchObject({ message: 'Operation timed out after 100ms' });
    expect(calls()).toEqual({ timeout: 1 });
  });

  it('refuses one that is frozen, and leaves nothing on it', () => {
    const breaker = Object.freeze(made());
    const emitters = breaker as unknown as Record<
      'breakEmitter' | 'stateChangeEmitter',
      { readonly size: number }
    >;
    expect(() => resilience.watch(breaker, { name: 'payments' })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_WATCH', message: expect.stringContaining('execute') }),
    );
    expect(emitters.breakEmitter.size + emitters.stateChangeEmitter.size).toBe(0);
    expect(recorder.page()).toEqual({});
  });

  it('passes on an error whose getters throw, without running them', async () => {
    const breaker = made();
    resilience.watch(breaker, { name: 'payments' });
    const hostile = Object.defineProperties(new Error('boom'), {
      message: { get: () => expect.fail('message was read') },
      isTaskCancelledError: { get: () => expect.fail('the flag was read') },
    });
    const given = await breaker.execute(() => Promise.reject(hostile)).catch((error: unknown) => error);
    expect(given === hostile).toBe(true);
    expect(calls()).toEqual({ failure: 1 });
    expect(states()).toEqual(['open']);
  });

  it('leaves no listener, no wrapper and no series behind when it is disposed of', async () => {
    const breaker = made();
    const emitters = breaker as unknown as Record<
      'breakEmitter' | 'stateChangeEmitter',
      { readonly size: number }
    >;
    const before = Object.keys(breaker);
    const handle = resilience.watch(breaker, { name: 'payments' });
    handle.dispose();
    expect(emitters.breakEmitter.size + emitters.stateChangeEmitter.size).toBe(0);
    expect(Object.getOwnPropertyNames(breaker)).toEqual(before);
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    expect(recorder.page()).toEqual({});
  });

  it('follows a breaker of a version with other states, and one that says not why it broke', () => {
    const told: Record<string, (data: never) => void> = {};
    const event = (name: string) => (listener: (data: never) => void) => {
      told[name] = listener;
      return { dispose() {} };
    };
    const breaker = {
      state: 7,
      onSuccess: event('success'),
      onFailure: event('failure'),
      onBreak: event('break'),
      onReset: event('reset'),
      onHalfOpen: event('half open'),
      onStateChange: event('state'),
      execute: () => Promise.resolve(),
      isolate() {},
    };
    resilience.watch(breaker, { name: 'odd' });
    expect(recorder.value('circuit_breaker_state', { name: 'odd', state: 'closed' })).toBe(1);
    for (const state of [1, 3, 9]) told['state']?.(state as never);
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'circuit breaker odd: closed to open, too many failures, the last one: an unknown failure',
      'circuit breaker odd: open to isolated, isolated by hand',
      'circuit breaker odd: isolated to closed, no longer isolated',
    ]);
  });
});
