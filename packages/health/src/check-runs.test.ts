import { AsyncLocalStorage } from 'node:async_hooks';
import { context, createContextKey } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { fakeClock, settled } from './fake-clock.fixture.ts';
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

  it('tells nothing any more of a check that was taken away meanwhile', async () => {
    const { health, clock, late, active } = observedHealth();
    const held = heldCheck();
    const added = health.add('slow', held.check);
    void health.run();
    await clock.advance(800);
    added.dispose();
    active.clear();
    held.runs[0]?.end();
    await settled();
    expect([late, active.size]).toEqual([[], 0]);
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
