import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDrain } from './create-drain.ts';
import type { Drain, DrainReport } from './create-drain.ts';
import { drainPhases } from './drain-hooks.ts';

const drains: Drain[] = [];

function drainOf(...args: Parameters<typeof createDrain>): Drain {
  const drain = createDrain(...args);
  drains.push(drain);
  return drain;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const drain of drains.splice(0)) drain.close();
  vi.useRealTimers();
});

/** Runs every timer, however late. */
async function ended(report: Promise<DrainReport>): Promise<DrainReport> {
  await vi.runAllTimersAsync();
  return report;
}

const never = (): Promise<void> => new Promise(() => {});

describe('createDrain', () => {
  it.each([
    { what: 'a phase that there is not', hook: { phase: 'poolz', run: () => {} }, wrong: 'phase' },
    { what: 'a function alone', hook: () => {}, wrong: 'the value is' },
    { what: 'nothing', hook: undefined, wrong: 'missing' },
    { what: 'nothing to run', hook: { phase: 'pools', timeout: 5 }, wrong: 'timeout is not an option' },
  ])('refuses a hook with $what, which would never run', ({ hook, wrong }) => {
    const drain = drainOf();
    expect(() => drain.add('orders', hook as never)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(new RegExp(`drain\\.add\\("orders"\\).*${wrong}`)) as unknown,
      }),
    );
  });

  it('runs a method of the hook as one', async () => {
    const drain = drainOf();
    const hook = {
      phase: 'pools' as const,
      run(): void {
        this.timeoutMs++;
      },
      timeoutMs: 1,
    };
    drain.add('orders', hook);
    await ended(drain.start());
    expect(hook.timeoutMs).toBe(2);
  });

  it('fails readiness at once, and waits before anything ends', async () => {
    const order: string[] = [];
    const drain = drainOf({ drainDelayMs: 5000 }, { onDraining: ({ reason }) => order.push(reason) });
    drain.add('wss', { phase: 'servers', run: () => order.push(`servers at ${Date.now() - beganAt}`) });
    const beganAt = Date.now();
    const report = drain.start({ reason: 'SIGTERM' });
    expect([order, drain.state]).toEqual([['SIGTERM'], 'draining']);
    await vi.advanceTimersByTimeAsync(4999);
    expect(order).toEqual(['SIGTERM']);
    await expect(ended(report)).resolves.toMatchObject({
      reason: 'SIGTERM',
      durationMs: 5000,
      hurried: false,
    });
    expect([order, drain.state]).toEqual([['SIGTERM', 'servers at 5000'], 'drained']);
  });

  it('runs phases in their order, whatever the order of adding was, and those of one phase side by side', async () => {
    const order: string[] = [];
    const drain = drainOf();
    for (const phase of drainPhases.toReversed())
      for (const name of ['a', 'b'])
        drain.add(name, {
          phase,
          async run() {
            order.push(`${phase} ${name}`);
            await new Promise((resolve) => setTimeout(resolve, 10));
            order.push(`${phase} ${name} ends`);
          },
        });
    const { hooks } = await ended(drain.start());
    expect(order).toEqual(
      drainPhases.flatMap((phase) => [`${phase} a`, `${phase} b`, `${phase} a ends`, `${phase} b ends`]),
    );
    expect(hooks.map(({ phase, name, outcome }) => `${phase} ${name} ${outcome}`)).toEqual(
      drainPhases.flatMap((phase) => [`${phase} a done`, `${phase} b done`]),
    );
  });

  it('goes on after a hook that throws, rejects or hangs, and reports each', async () => {
    const drain = drainOf({ hookTimeoutMs: 70 }, { now: () => Date.now() });
    const error = new Error('no broker');
    let wasAborted: boolean | undefined;
    drain.add('throws', {
      phase: 'consumers',
      run() {
        throw error;
      },
    });
    drain.add('rejects', { phase: 'consumers', run: () => Promise.reject(error) });
    drain.add('hangs', {
      phase: 'pools',
      run(signal) {
        signal.addEventListener('abort', () => (wasAborted = true));
        return never();
      },
    });
    drain.add('hangs shortly', { phase: 'pools', run: never, timeoutMs: 20 });
    drain.add('last', { phase: 'telemetry', run: () => 'anything' });
    const { hooks } = await ended(drain.start());
    expect(hooks).toEqual([
      { name: 'throws', phase: 'consumers', outcome: 'failed', durationMs: 0, error },
      { name: 'rejects', phase: 'consumers', outcome: 'failed', durationMs: 0, error },
      { name: 'hangs', phase: 'pools', outcome: 'timeout', durationMs: 70 },
      { name: 'hangs shortly', phase: 'pools', outcome: 'timeout', durationMs: 20 },
      { name: 'last', phase: 'telemetry', outcome: 'done', durationMs: 0 },
    ]);
    expect(wasAborted).toBe(true);
  });

  it('waits for nothing any more once it is hurried, in the delay or in a hook, and still calls every hook', async () => {
    for (const [drainDelayMs, atMs] of [
      [60_000, 10],
      [0, 10],
    ] as const) {
      const hurry = new AbortController();
      const called: string[] = [];
      const drain = drainOf({ drainDelayMs }, { now: () => Date.now() });
      drain.add('hangs', { phase: 'consumers', run: () => (called.push('hangs'), never()) });
      drain.add('pool', { phase: 'pools', run: () => called.push('pool') });
      const report = drain.start({ hurry: hurry.signal });
      // oxlint-disable-next-line no-await-in-loop -- a drain each
      await vi.advanceTimersByTimeAsync(atMs);
      hurry.abort();
      // oxlint-disable-next-line no-await-in-loop -- a drain each
      await vi.advanceTimersByTimeAsync(1);
      // oxlint-disable-next-line no-await-in-loop -- a drain each
      await expect(report).resolves.toMatchObject({
        hurried: true,
        durationMs: atMs,
        hooks: [{ outcome: 'hurried' }, { name: 'pool', outcome: 'done' }],
      });
      expect(called).toEqual(['hangs', 'pool']);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins once, however often it is started, and leaves out hooks that were taken out', async () => {
    const onDraining = vi.fn<() => void>();
    const run = vi.fn<() => void>();
    const drain = drainOf({}, { onDraining });
    drain.add('pool', { phase: 'pools', run })();
    const first = drain.start({ reason: 'SIGTERM' });
    expect(drain.start({ reason: 'SIGINT' })).toBe(first);
    await ended(first);
    expect(onDraining).toHaveBeenCalledTimes(1);
    expect(run).not.toHaveBeenCalled();
  });

  it('goes on when those who watch it throw', async () => {
    const fail = (): never => {
      throw new Error('watcher');
    };
    const drain = drainOf({}, { onDraining: fail, onDrained: fail });
    await expect(ended(drain.start())).resolves.toMatchObject({ hooks: [] });
  });

  it('names every option that is wrong', () => {
    const wrong = { drainDelayMs: -1, deadlineMs: '10s', grace: 3 } as never;
    expect(() => createDrain(wrong)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/drainDelayMs.*deadlineMs.*grace/s) as string,
      }),
    );
  });

  it('ends in time whatever its hooks do, each phase after the one before it', async () => {
    const hook = fc.record({
      phase: fc.constantFrom(...drainPhases),
      takesMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant(Infinity)),
      fails: fc.boolean(),
      timeoutMs: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    });
    const schedule = fc.record({
      hooks: fc.array(hook, { maxLength: 12 }),
      drainDelayMs: fc.integer({ min: 0, max: 500 }),
      hurryAtMs: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(schedule, async ({ hooks, drainDelayMs, hurryAtMs }) => {
        const [deadlineMs, hookTimeoutMs] = [200, 100];
        const hurry = new AbortController();
        const drain = createDrain({ drainDelayMs, deadlineMs, hookTimeoutMs }, { now: () => Date.now() });
        const began: string[] = [];
        for (const { phase, takesMs, fails, timeoutMs } of hooks) {
          drain.add(phase, {
            phase,
            timeoutMs,
            async run() {
              began.push(phase);
              if (takesMs === Infinity) await never();
              await new Promise((resolve) => setTimeout(resolve, takesMs));
              if (fails) throw new Error('hook');
            },
          });
        }
        if (hurryAtMs !== undefined) setTimeout(() => hurry.abort(), hurryAtMs);
        const { durationMs, hooks: outcomes } = await ended(drain.start({ hurry: hurry.signal }));
        drain.close();

        const longestMs = drainPhases.map((phase) => {
          const usualMs = phase === 'servers' ? deadlineMs : hookTimeoutMs;
          const times = hooks
            .filter((each) => each.phase === phase)
            .map(({ takesMs, timeoutMs }) => Math.min(takesMs, timeoutMs ?? usualMs));
          return Math.max(0, ...times);
        });
        const wholeMs = drainDelayMs + longestMs.reduce((sum, each) => sum + each, 0);
        expect(durationMs).toBe(Math.min(wholeMs, Math.max(hurryAtMs ?? Infinity, 0)));
        expect(began).toEqual(drainPhases.flatMap((phase) => began.filter((each) => each === phase)));
        expect(outcomes).toHaveLength(hooks.length);
        for (const { outcome, error } of outcomes) expect(error !== undefined).toBe(outcome === 'failed');
      }),
      { numRuns: 200 },
    );
    expect(vi.getTimerCount()).toBe(0);
  });
});
