import CircuitBreaker from 'opossum';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder, type Recorder } from '../recorder.fixture.ts';
import { createResilience, type Resilience } from '../resilience.ts';

let recorder: Recorder;
let resilience: Resilience;
const breakers: CircuitBreaker[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  recorder = createRecorder();
  resilience = createResilience({}, recorder.parts);
});

afterEach(() => {
  resilience.close();
  for (const breaker of breakers.splice(0)) breaker.shutdown();
  vi.useRealTimers();
});

type Action = (...args: never[]) => Promise<unknown>;

function made(action: Action, options: CircuitBreaker.Options = {}): CircuitBreaker {
  const breaker = new CircuitBreaker(action, { resetTimeout: 1000, timeout: 500, ...options });
  breakers.push(breaker);
  return breaker;
}

const boom = (): Promise<never> => Promise.reject(new Error('boom'));
const fine = (): Promise<string> => Promise.resolve('fine');
const never = (): Promise<never> => new Promise(() => {});

function calls(name = 'payments'): Record<string, number> {
  const outcomes = ['success', 'failure', 'timeout', 'rejected', 'fallback', 'ignored', 'unguarded'];
  const counted = outcomes.map(
    (outcome) => [outcome, recorder.value('circuit_breaker_calls_total', { name, outcome })] as const,
  );
  return Object.fromEntries(counted.filter(([, count]) => count !== 0)) as Record<string, number>;
}

function transitions(name = 'payments'): string[] {
  return Object.entries(recorder.page()).flatMap(([series, count]) => {
    const labels = /^circuit_breaker_transitions_total\{name="(.*)",from="(.*)",to="(.*)"\}$/.exec(series);
    return labels?.[1] === name && count > 0 ? [`${labels[2]} to ${labels[3]}: ${count}`] : [];
  });
}

function states(name = 'payments'): string[] {
  return ['closed', 'open', 'half_open', 'isolated', 'disabled'].filter(
    (state) => recorder.value('circuit_breaker_state', { name, state }) === 1,
  );
}

describe('opossumBreaker', () => {
  it('counts what a breaker turns away that had been shut down before it was watched', async () => {
    const breaker = made(fine);
    breaker.shutdown();
    resilience.watch(breaker, { name: 'payments' });
    expect(states()).toEqual(['isolated']);
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'ESHUTDOWN' });
    expect(calls()).toEqual({ rejected: 1 });
  });

  it('shows every state of a breaker that was never called', () => {
    resilience.watch(made(fine), { name: 'payments' });
    expect(recorder.page()).toMatchObject({
      'circuit_breaker_state{name="payments",state="closed"}': 1,
      'circuit_breaker_state{name="payments",state="open"}': 0,
      'circuit_breaker_state{name="payments",state="half_open"}': 0,
      'circuit_breaker_state{name="payments",state="isolated"}': 0,
      'circuit_breaker_transitions_total{name="payments",from="closed",to="open"}': 0,
      'circuit_breaker_calls_total{name="payments",outcome="rejected"}': 0,
    });
  });

  it('counts a success with its duration in seconds', async () => {
    const breaker = made(() => new Promise((resolve) => setTimeout(resolve, 250)));
    resilience.watch(breaker, { name: 'payments' });
    const call = breaker.fire();
    await vi.advanceTimersByTimeAsync(250);
    await call;
    expect(calls()).toEqual({ success: 1 });
    const labels = { name: 'payments', outcome: 'success' };
    expect(recorder.observations('circuit_breaker_call_duration_seconds', labels)).toEqual([0.25]);
  });

  it('counts a timeout once, although opossum calls it a failure as well', async () => {
    const breaker = made(never);
    resilience.watch(breaker, { name: 'payments' });
    const call = breaker.fire().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(500);
    expect(await call).toMatchObject({ code: 'ETIMEDOUT' });
    expect(calls()).toEqual({ timeout: 1 });
    const labels = { name: 'payments', outcome: 'timeout' };
    expect(recorder.observations('circuit_breaker_call_duration_seconds', labels)).toEqual([0.5]);
  });

  it('counts an ETIMEDOUT of the action itself as a failure', async () => {
    const breaker = made(() => Promise.reject(Object.assign(new Error('slow'), { code: 'ETIMEDOUT' })));
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.fire()).rejects.toThrow('slow');
    expect(calls()).toEqual({ failure: 1 });
  });

  it('counts a full semaphore as rejected, and not as a failure, without a duration', async () => {
    const breaker = made(never, { capacity: 1, timeout: false, errorThresholdPercentage: 100 });
    resilience.watch(breaker, { name: 'payments' });
    void breaker.fire();
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'ESEMLOCKED' });
    expect(calls()).toEqual({ rejected: 1 });
    expect(
      recorder.value('circuit_breaker_call_duration_seconds', { name: 'payments', outcome: 'failure' }),
    ).toBe(0);
  });

  it('counts an error that the filter lets pass as ignored', async () => {
    const breaker = made(boom, { errorFilter: () => true });
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.fire()).rejects.toThrow('boom');
    expect(calls()).toEqual({ ignored: 1 });
    expect(states()).toEqual(['closed']);
  });

  it('counts a call that the fallback answers as fallback alone, and its run by what it was', async () => {
    const breaker = made(boom);
    breaker.fallback(() => 'instead');
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.fire()).resolves.toBe('instead');
    await expect(breaker.fire()).resolves.toBe('instead');
    expect(calls()).toEqual({ fallback: 2 });
    expect(
      recorder.value('circuit_breaker_call_duration_seconds', { name: 'payments', outcome: 'failure' }),
    ).toBe(1);
  });

  it('counts the failure where the fallback throws', async () => {
    const breaker = made(boom);
    breaker.fallback(() => {
      throw new Error('no fallback either');
    });
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.fire()).rejects.toThrow('no fallback either');
    expect(calls()).toEqual({ failure: 1 });
  });

  it('follows open, half open and closed with causes, times and the recovery', async () => {
    let action: Action = boom;
    const breaker = made(() => action());
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.fire()).rejects.toThrow('boom');
    expect(states()).toEqual(['open']);
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'EOPENBREAKER' });
    await vi.advanceTimersByTimeAsync(400);
    recorder.collect();
    expect(recorder.value('circuit_breaker_open_remaining_seconds', { name: 'payments' })).toBeCloseTo(
      0.6,
      6,
    );
    await vi.advanceTimersByTimeAsync(600);
    expect(states()).toEqual(['half_open']);
    await expect(breaker.fire()).rejects.toThrow('boom');
    await vi.advanceTimersByTimeAsync(1000);
    action = fine;
    await breaker.fire();
    recorder.collect();
    expect(transitions()).toEqual([
      'closed to open: 1',
      'open to half_open: 2',
      'half_open to closed: 1',
      'half_open to open: 1',
    ]);
    expect(calls()).toEqual({ success: 1, failure: 2, rejected: 1 });
    expect(recorder.observations('circuit_breaker_recovery_duration_seconds', { name: 'payments' })).toEqual([
      2,
    ]);
    expect(recorder.value('circuit_breaker_state_seconds_total', { name: 'payments', state: 'open' })).toBe(
      2,
    );
    expect(recorder.value('circuit_breaker_open_remaining_seconds', { name: 'payments' })).toBe(0);
    expect(recorder.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn circuit breaker payments: closed to open, too many failures, the last one: Error: boom',
      'info circuit breaker payments: open to half_open, a probe is let through after 1000 ms',
      'warn circuit breaker payments: half_open to open, the probe failed: Error: boom',
      'info circuit breaker payments: open to half_open, a probe is let through after 1000 ms',
      'info circuit breaker payments: half_open to closed, the probe succeeded',
    ]);
  });

  it('tells what was done by hand from what failures did', async () => {
    const breaker = made(boom, { errorThresholdPercentage: 100 });
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.fire()).rejects.toThrow('boom');
    breaker.open();
    breaker.close();
    expect(resilience.status().history.map(({ cause }) => cause)).toEqual([
      'closed by hand',
      'opened by hand',
    ]);
  });

  it('names a failed health check as the cause', async () => {
    const breaker = made(fine);
    resilience.watch(breaker, { name: 'payments' });
    breaker.healthCheck(() => Promise.reject(new Error('no answer')), 60_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(resilience.status().history[0]).toMatchObject({
      to: 'open',
      cause: 'its health check failed: Error: no answer',
    });
  });

  it('is disabled while it is switched off, and counts what gets through as unguarded', async () => {
    const breaker = made(boom);
    resilience.watch(breaker, { name: 'payments' });
    breaker.disable();
    expect(states()).toEqual(['disabled']);
    await expect(breaker.fire()).rejects.toThrow('boom');
    await expect(breaker.fire()).rejects.toThrow('boom');
    breaker.open();
    expect(states()).toEqual(['disabled']);
    breaker.enable();
    expect(states()).toEqual(['open']);
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'EOPENBREAKER' });
    expect(calls()).toEqual({ unguarded: 2, rejected: 1 });
    expect(transitions()).toEqual(['closed to disabled: 1', 'disabled to open: 1']);
  });

  it('is isolated once it was shut down, and counts what it rejects from then on', async () => {
    const breaker = made(fine);
    resilience.watch(breaker, { name: 'payments' });
    breaker.shutdown();
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'ESHUTDOWN' });
    expect(states()).toEqual(['isolated']);
    expect(calls()).toEqual({ rejected: 1 });
    expect(transitions()).toEqual(['closed to isolated: 1']);
  });

  it('begins in the state that the breaker is in', () => {
    const breaker = made(fine);
    breaker.open();
    resilience.watch(breaker, { name: 'payments' });
    expect(states()).toEqual(['open']);
    expect(recorder.health.get('circuit_breaker:payments')?.check()).toMatchObject({ status: 'degraded' });
  });

  it('finds at the next page what somebody kept from it by taking off all listeners', () => {
    const breaker = made(fine);
    resilience.watch(breaker, { name: 'payments' });
    breaker.removeAllListeners();
    breaker.open();
    recorder.collect();
    expect(states()).toEqual(['open']);
    expect(transitions()).toEqual(['closed to open: 1']);
  });

  it('leaves no listener, no wrapper and no series behind when it is disposed of', async () => {
    const breaker = made(fine);
    const before = Object.fromEntries(
      breaker.eventNames().map((event) => [event, breaker.listenerCount(event)]),
    );
    const handle = resilience.watch(breaker, { name: 'payments' });
    breaker.disable();
    handle.dispose();
    handle.dispose();
    expect(
      Object.fromEntries(breaker.eventNames().map((event) => [event, breaker.listenerCount(event)])),
    ).toEqual(before);
    expect(Object.keys(Object.getOwnPropertyDescriptors(breaker))).not.toContain('disable');
    expect(Object.keys(Object.getOwnPropertyDescriptors(breaker))).not.toContain('enable');
    expect(recorder.page()).toEqual({});
    expect(recorder.health.size).toBe(0);
    await breaker.fire();
    expect(recorder.page()).toEqual({});
  });
});
