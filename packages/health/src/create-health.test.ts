import { describe, expect, it, vi } from 'vitest';
import { settled } from './fake-clock.fixture.ts';
import { createHealth } from './create-health.ts';
import { heldCheck, observedHealth } from './observed-health.fixture.ts';

const up = () => undefined;
const down = () => Promise.reject(new Error('connect ECONNREFUSED'));

describe('createHealth', () => {
  it('refuses wrong options in strict mode, and goes by its defaults otherwise', () => {
    const options = { cacheMs: -1, pressure: { enterDelayMs: 10, leaveDelayMs: 20 } };
    expect(() => createHealth({ ...options, strict: true })).toThrowError(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
    const told = vi.fn<(problem: unknown) => void>();
    createHealth({ ...options, strict: false, onProblem: told }).close();
    expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }));
  });

  it.each([
    { watchdog: false as const, timers: 0 },
    { watchdog: {}, timers: 2 },
  ])('sets $timers timers of its own when the watchdog is $watchdog', ({ watchdog, timers }) => {
    vi.useFakeTimers();
    try {
      const { health } = observedHealth({ watchdog });
      health.start();
      expect(vi.getTimerCount()).toBe(timers);
      health.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves no timer behind when it is closed', async () => {
    const { health, clock } = observedHealth({ pressure: {} }, {});
    health.add('one', { check: up, intervalMs: 1000 });
    health.start();
    await clock.advance(5000);
    expect(clock.pending).toBeGreaterThan(0);
    health.close();
    health.close();
    expect([clock.pending, health.report().status]).toEqual([0, 'out-of-service']);
  });
});

describe('add', () => {
  it.each(['', 'a b', 'a/b', 'a,b', '-a', 'x'.repeat(65), 'startup', 'drain'])(
    'refuses the name %j',
    (name) => {
      expect(() => observedHealth().health.add(name, up)).toThrowError(
        expect.objectContaining({ code: 'SIGHTLINE_HEALTH_CHECK' }),
      );
    },
  );

  it('refuses a name that is taken, until the check is disposed of', async () => {
    const { health, removed } = observedHealth();
    const added = health.add('one', up);
    expect(() => health.add('one', up)).toThrowError(
      expect.objectContaining({ code: 'SIGHTLINE_HEALTH_CHECK' }),
    );
    added.dispose();
    added.dispose();
    expect([health.checks, removed]).toEqual([[], ['one']]);
    health.add('one', up);
    expect(health.checks).toEqual(['one']);
  });

  it('refuses wrong options, naming each of them', () => {
    const { health } = observedHealth();
    // @ts-expect-error -- critical is misspelt
    expect(() => health.add('one', { check: up, critcal: true, timeoutMs: -1 })).toThrowError(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/timeoutMs.*critcal|critcal.*timeoutMs/),
      }),
    );
  });

  it('aborts what runs when a check is disposed of, and whoever waits goes on', async () => {
    const { health, clock } = observedHealth();
    const held = heldCheck();
    const added = health.add('one', { check: held.check, intervalMs: 1000 });
    const report = health.run();
    await settled();
    added.dispose();
    expect(held.runs[0]?.signal.reason).toMatchObject({ name: 'AbortError' });
    expect((await report).checks).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('the status of the service', () => {
  it.each<[string, readonly (readonly [() => unknown, boolean])[], string]>([
    ['up', [], 'up'],
    [
      'up',
      [
        [up, true],
        [up, false],
      ],
      'up',
    ],
    [
      'degraded',
      [
        [up, true],
        [down, false],
      ],
      'up',
    ],
    ['degraded', [[() => ({ status: 'degraded' }), true]], 'up'],
    [
      'down',
      [
        [down, true],
        [down, false],
      ],
      'down',
    ],
  ])('is %s with %j', async (expected, checks) => {
    const { health } = observedHealth();
    for (const [index, [check, critical]] of checks.entries()) health.add(`c${index}`, { check, critical });
    health.start();
    const { status, ready } = await health.run();
    expect([status, ready.ok]).toEqual([expected, expected !== 'down']);
  });

  it('is out of service while it drains, whatever the checks say, and none is run any more', async () => {
    const { health, clock, probes } = observedHealth();
    const check = vi.fn<() => void>();
    health.add('one', { check, critical: true, intervalMs: 1000 });
    health.start();
    await clock.advance(0);
    health.drainStarted();
    await clock.advance(10_000);
    const { status, ready, live, checks } = await health.run();
    expect([status, ready.ok, live.ok, checks[0]?.status]).toEqual(['out-of-service', false, true, 'up']);
    expect(check).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
    expect(probes.at(-1)).toEqual({
      probe: 'readyz',
      ok: false,
      causes: ['drain: the service is shutting down'],
    });
  });

  it('runs no check that is added while it drains', async () => {
    const { health, clock } = observedHealth();
    health.start();
    health.drainStarted();
    const check = vi.fn<() => void>();
    health.add('late', { check, intervalMs: 1000 });
    await clock.advance(5000);
    await health.run();
    expect(check).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it('is out of service for as long as somebody says so', async () => {
    const { health } = observedHealth();
    health.start();
    const [one, other] = [health.outOfService('maintenance'), health.outOfService('upgrade')];
    one.dispose();
    expect(health.report().ready.lines[0]).toMatchObject({ state: 'failed', reason: 'upgrade' });
    other.dispose();
    expect([health.report().status, health.report().ready.ok]).toEqual(['up', true]);
  });
});
