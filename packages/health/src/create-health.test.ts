import { AsyncLocalStorage } from 'node:async_hooks';
import { type Span, context, createContextKey, trace } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { fakeClock, settled } from './fake-clock.fixture.ts';
import { createHealth } from './create-health.ts';
import { heldCheck, observedHealth } from './observed-health.fixture.ts';

const up = () => undefined;
const thenable = new Proxy(
  {},
  {
    get() {
      throw new Error('b');
    },
  },
);
const down = () => Promise.reject(new Error('connect ECONNREFUSED'));

describe('a run of a check', () => {
  it('happens side by side with the others, and once for all who ask at a time', async () => {
    const { health } = observedHealth();
    const [one, other] = [heldCheck(), heldCheck()];
    health.add('one', one.check);
    health.add('other', other.check);
    const reports = [health.run(), health.run(), health.run()];
    await settled();
    expect([one.runs.length, other.runs.length]).toEqual([1, 1]);
    one.runs[0]?.end();
    other.runs[0]?.end();
    expect((await Promise.all(reports)).map(({ status }) => status)).toEqual(['up', 'up', 'up']);
  });

  it('answers for cacheMs from its end, then it is run again', async () => {
    const { health, clock } = observedHealth({ cacheMs: 1000 });
    const check = vi.fn<() => void>();
    health.add('one', check);
    await health.run();
    await clock.advance(999);
    await health.run();
    expect(check).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    await health.run();
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('does not answer for a time before its end, however short', async () => {
    const still = fakeClock();
    let aheadMs = 0;
    const clock = { ...still, nowMs: () => still.nowMs() + aheadMs };
    const { health } = observedHealth({ cacheMs: 1000 }, { clock });
    const check = vi.fn<() => void>();
    health.add('one', check);
    await health.run();
    aheadMs = -1;
    await health.run();
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('takes no longer than its timeout, which aborts its signal', async () => {
    const { health, clock, runs, active } = observedHealth();
    const held = heldCheck();
    health.add('slow', { check: held.check, timeoutMs: 300, critical: true });
    const report = health.run();
    await clock.advance(299);
    expect(held.runs[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(held.runs[0]?.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect((await report).checks[0]).toMatchObject({ status: 'down', reason: 'no answer within 300 ms' });
    expect(runs).toMatchObject([{ check: 'slow', result: 'timeout', durationSeconds: 0.3, status: 'down' }]);
    expect(active.get('slow')).toBe(1);
  });

  it('is ignored and counted when its result comes after the timeout', async () => {
    const { health, clock, runs, late, active, status } = observedHealth();
    const held = heldCheck();
    health.add('slow', held.check);
    void health.run();
    await clock.advance(800);
    held.runs[0]?.end({ status: 'up' });
    await settled();
    expect([status('slow'), late, runs.length, active.get('slow')]).toEqual(['down', ['slow'], 1, 0]);
  });

  it('gets as long again when the event loop, not the check, was late', async () => {
    const { health, clock, status } = observedHealth();
    const held = heldCheck();
    health.add('slow', held.check);
    void health.run();
    await settled();
    await clock.jump(5000);
    expect(status('slow')).toBe('unknown');
    held.runs[0]?.end();
    await settled();
    expect(status('slow')).toBe('up');
    await clock.advance(2000);
    void health.run();
    await settled();
    await clock.jump(5000);
    await clock.advance(50);
    expect(status('slow')).toBe('down');
  });

  it('that blocks for longer than its timeout has failed, whatever it returns', async () => {
    const { health, clock, runs } = observedHealth();
    health.add('blocking', () => void clock.jump(900));
    const { checks } = await health.run();
    expect(checks[0]).toMatchObject({ status: 'down', reason: 'it blocked the event loop for 900 ms' });
    expect(runs[0]).toMatchObject({ result: 'timeout', durationSeconds: 0.9 });
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('a');
      },
      'a',
    ],
    ['rejects with nothing', () => Promise.reject(), 'it threw undefined'],
    ['returns a thenable that throws', () => thenable, 'b'],
    [
      'returns rubbish',
      () => ({ status: 'fine' }),
      'it returned the status "fine"; expected up, degraded or down',
    ],
    ['says false', () => false, 'it returned false'],
  ])('that %s is a failed one with the reason', async (_what, check, reason) => {
    const { health } = observedHealth();
    health.add('one', check);
    expect((await health.run()).checks[0]).toMatchObject({ status: 'down', reason });
  });

  it('has no secrets in its reason and details', async () => {
    const { health } = observedHealth();
    health.add('one', () => ({
      status: 'down',
      reason: 'redis://user:hunter2@host',
      details: { password: 'hunter2', used: 1 },
    }));
    const report = await health.run();
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(report.checks[0]?.details).toMatchObject({ used: 1 });
  });

  it('that asks for the health of the service does not wait for itself without end', async () => {
    const { health, clock } = observedHealth();
    health.add('one', () => health.run());
    const report = health.run();
    await clock.advance(800);
    expect((await report).checks[0]).toMatchObject({ status: 'down' });
  });

  it('belongs to no request, whoever asked for it', async () => {
    const { health } = observedHealth();
    const requests = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    health.add('one', () => void seen.push(requests.getStore()));
    await requests.run('GET /readyz', () => health.run());
    expect(seen).toEqual([undefined]);
  });

  it('makes no spans', async () => {
    const { health } = observedHealth();
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const seen = vi.fn<(value: unknown) => void>();
    const original = context.with;
    const spy = vi.spyOn(context, 'with').mockImplementation((given, call, self, ...args) => {
      seen(given.getValue(key));
      return original.call(context, given, call, self, ...args) as never;
    });
    health.add('one', up);
    await health.run();
    spy.mockRestore();
    expect(seen).toHaveBeenCalledWith(true);
  });
});

describe('runs that never end', () => {
  it('are three at most at a time; the check stays down meanwhile, and is tried again a minute later', async () => {
    const { health, clock, active, runs, status } = observedHealth({ cacheMs: 1000 });
    const held = heldCheck();
    health.add('hanging', held.check);
    async function probes(count: number): Promise<void> {
      for (let probe = 0; probe < count; probe++) {
        void health.run();
        // oxlint-disable-next-line no-await-in-loop -- one period after the other
        await clock.advance(2000);
      }
    }
    await probes(10);
    expect([held.runs.length, active.get('hanging'), status('hanging')]).toEqual([3, 3, 'down']);
    expect(health.report().checks[0]?.reason).toBe('3 earlier runs have not ended yet');
    expect(runs.map(({ result }) => result)).toEqual(Array.from({ length: 10 }, () => 'timeout'));
    expect(runs.at(-1)?.durationSeconds).toBeUndefined();
    // The first of them is taken for lost after a minute.
    const since = clock.nowMs();
    while (held.runs.length === 3 && clock.nowMs() - since < 120_000) {
      // oxlint-disable-next-line no-await-in-loop -- one period after the other
      await clock.advance(2000);
      void health.run();
      // oxlint-disable-next-line no-await-in-loop
      await settled();
    }
    expect([held.runs.length, clock.nowMs() - since < 60_000]).toEqual([4, true]);
    held.runs.at(-1)?.end();
    await settled();
    expect(status('hanging')).toBe('up');
  });

  it('make room when they end after all', async () => {
    const { health, clock, active } = observedHealth();
    const held = heldCheck();
    health.add('hanging', held.check);
    for (let probe = 0; probe < 5; probe++) {
      void health.run();
      // oxlint-disable-next-line no-await-in-loop -- one period after the other
      await clock.advance(2000);
    }
    for (const run of held.runs) run.fail(new Error('ECONNRESET'));
    await settled();
    expect(active.get('hanging')).toBe(0);
    void health.run();
    await settled();
    expect(held.runs).toHaveLength(4);
  });
});

describe('thresholds', () => {
  it('hold a check up for two failures and down for one success', async () => {
    const { health, clock, changes } = observedHealth();
    let fails = false;
    health.add('flapping', {
      check: () => !fails,
      failureThreshold: 3,
      successThreshold: 2,
      intervalMs: 1000,
    });
    await clock.advance(0);
    const seen: unknown[] = [];
    for (const next of [true, true, false, true, true, true, false, true, false, false]) {
      fails = next;
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await clock.advance(1000);
      seen.push(health.report().checks[0]?.status);
    }
    expect(seen).toEqual(['up', 'up', 'up', 'up', 'up', 'down', 'down', 'down', 'down', 'up']);
    expect(changes.map(({ from, to, cause }) => [from, to, cause])).toEqual([
      ['unknown', 'up', undefined],
      ['up', 'down', 'it returned false'],
      ['down', 'up', undefined],
    ]);
  });
});

describe('an interval', () => {
  it('runs a check at once and then again and again, moved by a tenth at random, so that no probe waits', async () => {
    let random = 0;
    const { health, clock } = observedHealth({}, { random: () => random });
    const check = vi.fn<() => void>();
    health.add('one', { check, intervalMs: 10_000, critical: true });
    await clock.advance(0);
    expect(check).toHaveBeenCalledTimes(1);
    await clock.advance(8999);
    expect(check).toHaveBeenCalledTimes(1);
    random = 1;
    await clock.advance(1);
    expect(check).toHaveBeenCalledTimes(2);
    await clock.advance(10_999);
    expect(check).toHaveBeenCalledTimes(2);
    expect(health.answer({ method: 'GET', path: '/readyz', trusted: false })).toMatchObject({ status: 200 });
    await clock.advance(1);
    expect(check).toHaveBeenCalledTimes(3);
  });

  it('begins without a wait, also when what the check depends on is back, and never before that', async () => {
    const still = fakeClock();
    const waitsMs: number[] = [];
    const clock = {
      ...still,
      schedule(call: () => void, delayMs: number) {
        waitsMs.push(delayMs);
        return still.schedule(call, delayMs);
      },
    };
    const { health, status } = observedHealth({}, { clock });
    let fails = true;
    health.add('postgres', { check: () => !fails, intervalMs: 1000 });
    health.add('orders', { check: up, dependsOn: ['postgres'], intervalMs: 60_000 });
    expect(waitsMs).toEqual([0, 0]);
    await still.advance(10);
    waitsMs.length = 0;
    fails = false;
    await still.advance(1000);
    expect([status('orders'), Math.min(...waitsMs)]).toEqual(['up', 0]);
    health.close();
  });

  it('that has stood still does not answer with what was long ago', async () => {
    const { health, clock } = observedHealth();
    const held = heldCheck();
    health.add('one', { check: held.check, intervalMs: 1000, critical: true });
    await clock.advance(0);
    held.runs[0]?.end();
    await settled();
    // The clock has moved, and no timer has come yet.
    const jumped = clock.jump(60_000);
    expect(health.answer({ method: 'GET', path: '/readyz', trusted: false })).toBeInstanceOf(Promise);
    await jumped;
    health.close();
  });
});

describe('dependsOn', () => {
  it('does not run a check while one that it depends on is down, and says so', async () => {
    const { health, clock, runs } = observedHealth();
    const check = vi.fn<() => void>();
    let fails = true;
    health.add('orders', { check, dependsOn: ['postgres'], critical: true });
    health.add('postgres', () => !fails);
    const { checks, status } = await health.run();
    expect(status).toBe('down');
    expect(checks[0]).toMatchObject({
      status: 'down',
      reason: 'not run: it depends on postgres, which is down',
    });
    expect(check).not.toHaveBeenCalled();
    expect(runs.map(({ check: name, result }) => [name, result])).toContainEqual(['orders', 'skipped']);
    fails = false;
    await clock.advance(1000);
    expect((await health.run()).status).toBe('up');
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('takes dependents down at once, and runs them at once when it is back', async () => {
    const { health, clock, changes, status } = observedHealth();
    let fails = false;
    const check = vi.fn<() => void>();
    health.add('postgres', { check: () => !fails, intervalMs: 1000 });
    health.add('orders', { check, dependsOn: ['postgres'], intervalMs: 60_000 });
    health.add('invoices', { check: up, dependsOn: ['orders'], intervalMs: 60_000 });
    await clock.advance(10);
    expect([status('orders'), status('invoices')]).toEqual(['up', 'up']);
    fails = true;
    await clock.advance(1000);
    expect([status('orders'), status('invoices')]).toEqual(['down', 'down']);
    expect(changes.slice(-2).map(({ check: name, cause }) => [name, cause])).toEqual([
      ['orders', 'not run: it depends on postgres, which is down'],
      ['invoices', 'not run: it depends on orders, which is down'],
    ]);
    fails = false;
    await clock.advance(1000);
    expect([status('orders'), status('invoices')]).toEqual(['up', 'up']);
  });

  it('keeps a check down whose own run ends well while its dependency has gone down', async () => {
    const { health, clock, status } = observedHealth();
    let fails = false;
    const held = heldCheck();
    health.add('postgres', { check: () => !fails, intervalMs: 500 });
    health.add('orders', { check: held.check, dependsOn: ['postgres'] });
    await clock.advance(0);
    void health.run();
    await settled();
    fails = true;
    await clock.advance(500);
    held.runs[0]?.end();
    await settled();
    expect(status('orders')).toBe('down');
    expect(health.report().checks[1]?.reason).toBe('it depends on postgres, which is down');
  });

  it('is told as skipped once in a cache period for as long as that lasts', async () => {
    const { health, clock, runs } = observedHealth({ cacheMs: 1000 });
    health.add('postgres', () => false);
    health.add('orders', { check: up, dependsOn: ['postgres'] });
    const skipped = (): number => runs.filter(({ result }) => result === 'skipped').length;
    await health.run();
    const before = skipped();
    await health.run();
    expect(skipped() - before).toBe(0);
    await clock.advance(1000);
    await health.run();
    expect(skipped() - before).toBe(1);
    expect(runs.at(-1)).toMatchObject({ check: 'orders', durationSeconds: undefined, status: 'down' });
  });

  it('does not run again what is still known', async () => {
    const { health } = observedHealth();
    const [database, orders] = [vi.fn<() => void>(), vi.fn<() => void>()];
    health.add('postgres', { check: database, cacheMs: 60_000 });
    health.add('orders', { check: orders, cacheMs: 0, dependsOn: ['postgres'] });
    await health.run();
    await health.run();
    expect([database.mock.calls.length, orders.mock.calls.length]).toEqual([1, 2]);
  });

  it('runs a check again once the one that took it down is no more', async () => {
    const { health, status } = observedHealth();
    const postgres = health.add('postgres', () => false);
    health.add('orders', { check: up, dependsOn: ['postgres'] });
    await health.run();
    expect(status('orders')).toBe('down');
    postgres.dispose();
    expect((await health.run()).checks).toMatchObject([{ name: 'orders', status: 'up' }]);
  });

  it('on names that there are not is refused at the start, in one error that names them all', () => {
    const { health } = observedHealth({ groups: { payments: ['postgres', 'stripe'] } });
    health.add('postgres', { check: up, dependsOn: ['vault', 'dns'] });
    const starting = (): void => health.start();
    expect(starting).toThrowError(
      expect.objectContaining({
        code: 'SIGHTLINE_HEALTH_CHECK',
        problem:
          'the check postgres depends on vault; the check postgres depends on dns; ' +
          'the group payments has the member stripe; there are no such checks',
      }),
    );
  });

  it('in a circle is refused when the circle is closed', () => {
    const { health } = observedHealth();
    health.add('a', { check: up, dependsOn: ['b'] });
    health.add('b', { check: up, dependsOn: ['c'] });
    expect(() => health.add('c', { check: up, dependsOn: ['a'] })).toThrowError(
      expect.objectContaining({
        code: 'SIGHTLINE_HEALTH_CHECK',
        problem: expect.stringContaining('a → b → c → a'),
      }),
    );
    expect(health.checks).toEqual(['a', 'b']);
  });

  it('in several circles is refused with all of them', () => {
    const { health } = observedHealth();
    for (const name of ['a', 'b']) health.add(name, { check: up, dependsOn: ['c'] });
    expect(() => health.add('c', { check: up, dependsOn: ['a', 'b'] })).toThrowError(
      expect.objectContaining({ problem: expect.stringContaining('a → c → a; c → b → c') }),
    );
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

describe('the observer', () => {
  it('is told of each change once, and of each probe at its start', async () => {
    const { health, clock, changes, probes } = observedHealth({ cacheMs: 100 });
    let fails = false;
    health.add('one', { check: () => !fails, critical: true });
    health.start();
    for (const next of [false, false, true, true, true, false]) {
      fails = next;
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await clock.advance(100);
      // oxlint-disable-next-line no-await-in-loop
      await health.run();
    }
    expect(changes.map(({ from, to }) => `${from} ${to}`)).toEqual(['unknown up', 'up down', 'down up']);
    expect(probes.map(({ probe, ok }) => `${probe} ${ok}`)).toEqual([
      'livez true',
      'startupz false',
      'readyz false',
      'startupz true',
      'readyz true',
      'readyz false',
      'readyz true',
    ]);
  });

  it('that throws is told once, and the checks go on', async () => {
    const { health, clock, problems } = observedHealth(
      { cacheMs: 0 },
      {
        observer: {
          ran() {
            throw new Error('no registry');
          },
        },
      },
    );
    health.add('one', up);
    await health.run();
    await clock.advance(1);
    expect((await health.run()).status).toBe('up');
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_HEALTH_OBSERVER']);
  });

  it('gets the time of the last success by the clock of the wall', async () => {
    const { health, clock, runs } = observedHealth({ cacheMs: 0 });
    let fails = false;
    health.add('one', () => !fails);
    await health.run();
    const succeededAtSeconds = clock.wallMs() / 1000;
    clock.jumpWall(-3_600_000);
    fails = true;
    await health.run();
    expect(runs.map(({ lastSuccessSeconds }) => lastSuccessSeconds)).toEqual([
      succeededAtSeconds,
      succeededAtSeconds,
    ]);
  });
});

describe('a change of status', () => {
  it('is an event on the span of whoever asked', async () => {
    const { health } = observedHealth();
    const addEvent = vi.fn<Span['addEvent']>();
    const span = { isRecording: () => true, addEvent } as unknown as Span;
    const active = vi.spyOn(trace, 'getActiveSpan').mockReturnValue(span);
    health.add('redis', { check: down });
    await health.run();
    active.mockRestore();
    expect(addEvent).toHaveBeenCalledExactlyOnceWith('health.check.status_changed', {
      check: 'redis',
      from: 'unknown',
      to: 'down',
      cause: 'connect ECONNREFUSED',
    });
  });
});

describe('a change of status that nobody asked for', () => {
  it('is no event on the span of whoever asked before', async () => {
    const { health, clock, status } = observedHealth();
    let fails = false;
    health.add('postgres', { check: () => !fails, intervalMs: 1000 });
    health.add('orders', { check: up, dependsOn: ['postgres'], cacheMs: 0 });
    await clock.advance(0);
    const addEvent = vi.fn<Span['addEvent']>();
    const span = { isRecording: () => true, addEvent } as unknown as Span;
    const active = vi.spyOn(trace, 'getActiveSpan').mockReturnValue(span);
    await health.run();
    active.mockRestore();
    const before = addEvent.mock.calls.length;
    fails = true;
    await clock.advance(1000);
    expect([status('orders'), addEvent.mock.calls.length - before]).toEqual(['down', 0]);
  });
});

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
