import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder } from './recorder.fixture.ts';
import { createResilience } from './resilience.ts';
import type { Watcher } from './watcher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const boom = (): Promise<never> => Promise.reject(new Error('boom'));

/** Watches a thing that fails readiness while it is unwell. */
function watchedDown(thing: object, as?: Watcher<never>) {
  const recorder = createRecorder();
  const resilience = createResilience({}, recorder.parts);
  resilience.watch(thing, { name: 'payments', health: 'down', ...(as && { as }) });
  const [contribution] = recorder.health.values();
  return { recorder, resilience, status: () => contribution?.check().status };
}

describe('health of a breaker that is watched with down', () => {
  it('is degraded from when the wait of cockatiel is over, though nobody has called it', async () => {
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(1) });
    const { recorder, resilience, status } = watchedDown(breaker);
    expect(status()).toBe('up');
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    expect(status()).toBe('down');
    vi.advanceTimersByTime(999);
    expect(status()).toBe('down');
    vi.advanceTimersByTime(1);
    expect(status()).toBe('degraded');
    expect(resilience.status().watched).toMatchObject([{ state: 'open', health: { status: 'degraded' } }]);
    expect(recorder.lines).toHaveLength(1);

    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    expect(status()).toBe('down');
    vi.advanceTimersByTime(1000);
    const probe = Promise.withResolvers<string>();
    const probing = breaker.execute(() => probe.promise);
    expect(resilience.status().watched).toMatchObject([{ state: 'half_open' }]);
    expect(status()).toBe('degraded');
    probe.resolve('fine');
    await probing;
    expect(status()).toBe('up');
  });

  it('is degraded while opossum is half open, and down when it opens again', async () => {
    const breaker = new CircuitBreaker(boom, { resetTimeout: 1000 });
    const { status } = watchedDown(breaker);
    await expect(breaker.fire()).rejects.toThrow('boom');
    vi.advanceTimersByTime(999);
    expect(status()).toBe('down');
    vi.advanceTimersByTime(1);
    expect(breaker.halfOpen).toBe(true);
    expect(status()).toBe('degraded');
    await expect(breaker.fire()).rejects.toThrow('boom');
    expect(status()).toBe('down');
    breaker.shutdown();
  });

  it('is degraded after 30 s of one that does not say how long it waits', async () => {
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: 90_000, breaker: new ConsecutiveBreaker(1) });
    const { status } = watchedDown(breaker);
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    Object.assign(breaker, { innerState: undefined, options: undefined });
    vi.advanceTimersByTime(29_999);
    expect(status()).toBe('down');
    vi.advanceTimersByTime(1);
    expect(status()).toBe('degraded');
  });

  it('stays down for as long as somebody holds it open by hand', () => {
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(1) });
    const { status } = watchedDown(breaker);
    const held = breaker.isolate();
    vi.advanceTimersByTime(3_600_000);
    expect(status()).toBe('down');
    held.dispose();
    expect(status()).toBe('up');
  });

  it('can be asked for while the watching begins', () => {
    const breaker = new CircuitBreaker(boom);
    breaker.open();
    const asked: string[] = [];
    const add = (_name: string, { check }: { check(): { status: string } }) => {
      asked.push(check().status);
      return () => {};
    };
    const recorder = createRecorder({ health: { add } });
    createResilience({}, recorder.parts).watch(breaker, { name: 'payments', health: 'down' });
    expect(asked).toEqual(['down']);
    expect(recorder.problems).toEqual([]);
    breaker.shutdown();
  });
});

describe('health of many breakers', () => {
  it('is a check for each of 30, and one for all others', () => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const breakers = Array.from({ length: 40 }, () =>
      circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(1) }),
    );
    const handles = breakers.map((breaker, at) => resilience.watch(breaker, { name: `tenant-${at}` }));
    expect(recorder.health.size).toBe(31);
    breakers[39]?.isolate();
    expect(recorder.health.get('circuit_breaker.others')?.check()).toMatchObject({
      status: 'degraded',
      reason: expect.stringMatching(/^1 of 10 are degraded: circuit_breaker:tenant-39 isolated: /),
    });
    expect(resilience.checks().get('circuit_breaker:tenant-39')?.check()).toMatchObject({
      status: 'degraded',
    });
    for (const handle of handles) handle.dispose();
    expect(recorder.health.size).toBe(0);
  });
});

describe('health of a thing of a watcher of its own that is watched with down', () => {
  const turnstiles = (awaitsCall?: () => boolean): Watcher<never> => ({
    kind: 'turnstile',
    supports: 'EventEmitter',
    recognises: (thing) => thing instanceof EventEmitter,
    contributesHealth: true,
    watch(turnstile: EventEmitter, context) {
      turnstile.on('jam', () =>
        context.transition({ from: 'free', to: 'jammed', cause: 'a coat', health: 'degraded' }),
      );
      return { dispose() {}, ...(awaitsCall && { awaitsCall }) };
    },
  });

  it.each([
    { title: 'down where the watcher does not say', awaitsCall: undefined, expected: 'down' },
    { title: 'down where it awaits no call', awaitsCall: () => false, expected: 'down' },
    { title: 'degraded where it awaits a call', awaitsCall: () => true, expected: 'degraded' },
  ])('is $title', ({ awaitsCall, expected }) => {
    const turnstile = new EventEmitter();
    const { status } = watchedDown(turnstile, turnstiles(awaitsCall));
    expect(status()).toBe('up');
    turnstile.emit('jam');
    expect(status()).toBe(expected);
  });

  it('is down, and a problem is told, where the watcher throws', () => {
    const turnstile = new EventEmitter();
    const { recorder, status } = watchedDown(
      turnstile,
      turnstiles(() => {
        throw new Error('stuck');
      }),
    );
    turnstile.emit('jam');
    expect(status()).toBe('down');
    expect(recorder.problems).toMatchObject([{ code: 'SIGHTLINE_WATCH' }]);
  });
});
