import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDamping } from './engine/damping.ts';
import { settled } from './fake-clock.fixture.ts';
import { observedHealth } from './observed-health.fixture.ts';

const TIMEOUT_MS = 800;
const CACHE_MS = 1000;

/** What one run of a check does: when it ends, if ever, and how. */
const behaviour = fc.record({
  afterMs: fc.oneof(
    fc.constantFrom(0, 1, 799, 800, 801, 5000),
    fc.integer({ min: 0, max: 3000 }),
    fc.constant(Infinity),
  ),
  ends: fc.constantFrom('up', 'degraded', 'down', 'throws', 'rubbish'),
});
type Behaviour = typeof behaviour extends fc.Arbitrary<infer Value> ? Value : never;

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('probe' as const), ms: fc.constant(0) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 2500 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), ms: fc.integer({ min: 1, max: 600_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jumpWall' as const),
      ms: fc.integer({ min: -86_400_000, max: 86_400_000 }),
    }),
  },
);

function value(ends: Behaviour['ends']): unknown {
  if (ends === 'throws') throw new Error('ECONNRESET');
  return ends === 'rubbish' ? { status: 'fine' } : { status: ends };
}

/** Health with one check that behaves as it is told, run after run, and never looks at its signal. */
function scheduled(
  behaviours: readonly Behaviour[],
  options: {
    readonly intervalMs?: number;
    readonly failureThreshold: number;
    readonly successThreshold: number;
  },
) {
  const observed = observedHealth({ cacheMs: CACHE_MS, checkTimeoutMs: TIMEOUT_MS });
  const { health, clock } = observed;
  const starts: number[] = [];
  const signals: AbortSignal[] = [];
  const ended = new Set<AbortSignal>();
  const state = { own: 0, tooLate: 0 };
  health.add('one', {
    ...options,
    critical: true,
    check(signal) {
      const { afterMs, ends } = behaviours[starts.length % behaviours.length]!;
      const startedAtMs = clock.nowMs();
      starts.push(startedAtMs);
      signals.push(signal);
      return new Promise((resolve, reject) => {
        if (afterMs === Infinity) return;
        state.own += 1;
        clock.schedule(() => {
          state.own -= 1;
          if (signal.aborted) state.tooLate += 1;
          ended.add(signal);
          try {
            resolve(value(ends));
          } catch (error) {
            reject(error);
          }
        }, afterMs);
      });
    },
  });
  health.start();
  return { ...observed, starts, signals, ended, state };
}

describe('every schedule of probes, results and clocks', () => {
  it.each([undefined, 2000])(
    'ends in the right status with everything told once, with an interval of %s ms',
    async (intervalMs) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(behaviour, { minLength: 1, maxLength: 8 }),
          fc.array(step, { maxLength: 30 }),
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 1, max: 3 }),
          async (behaviours, steps, failureThreshold, successThreshold) => {
            const { health, clock, get, status, runs, changes, late, active, starts, signals, ended, state } =
              scheduled(behaviours, {
                ...(intervalMs !== undefined && { intervalMs }),
                failureThreshold,
                successThreshold,
              });
            const answers: Promise<{ readonly status: number }>[] = [];
            for (const { do: what, ms } of steps) {
              if (what === 'probe') answers.push(get('/readyz'));
              else if (what === 'jumpWall') clock.jumpWall(ms);
              // oxlint-disable-next-line no-await-in-loop -- one step after the other
              else await clock[what](ms);
            }
            await clock.advance(10_000);

            // Every probe was answered, and none with anything else.
            const codes = (await Promise.all(answers)).map((answer) => answer.status);
            expect(codes.filter((code) => code !== 200 && code !== 503)).toEqual([]);

            // One run in a cache period, and a bound on those that hang.
            const gaps = starts.slice(1).map((at, index) => at - starts[index]!);
            expect(Math.min(CACHE_MS, ...gaps)).toBe(CACHE_MS);
            expect(active.get('one') ?? 0).toBeLessThanOrEqual(4);

            // What was told of runs makes what was told of the check, and that is what it is.
            const damping = createDamping({ failureThreshold, successThreshold });
            let expected = 'unknown';
            const expectedChanges: string[] = [];
            for (const { result, status: told } of runs) {
              const next = damping.take(result === 'timeout' || result === 'skipped' ? 'down' : result);
              if (next !== expected) expectedChanges.push(`${expected} ${next}`);
              expected = next;
              expect(told).toBe(expected);
            }
            expect(status('one')).toBe(expected);
            expect(changes.map(({ from, to }) => `${from} ${to}`)).toEqual(expectedChanges);
            // A timeout without a run is told too, so there are at least as many of them as runs.
            expect(runs.length).toBeGreaterThanOrEqual(starts.length - 1);
            expect(late.length).toBe(state.tooLate);

            health.close();
            expect(signals.filter((signal) => !signal.aborted && !ended.has(signal))).toEqual([]);
            expect(clock.pending).toBe(state.own);
            const before = runs.length;
            await clock.advance(60_000);
            expect([runs.length, clock.pending]).toEqual([before, 0]);
          },
        ),
        { numRuns: 150 },
      );
    },
    60_000,
  );
});

describe('every schedule of checks that depend on each other', () => {
  it('runs none while one that it depends on is down, and has it down', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'] as const;
    const plan = fc.record({
      dependsOn: fc.array(fc.nat(4), { maxLength: 3 }),
      // An interval, or only when somebody asks.
      intervalMs: fc.option(fc.integer({ min: 100, max: 3000 }), { nil: undefined }),
      ends: fc.array(fc.constantFrom('up', 'degraded', 'down'), { minLength: 1, maxLength: 6 }),
      afterMs: fc.integer({ min: 0, max: 1200 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(plan, plan, plan, plan, plan),
        fc.array(step, { maxLength: 25 }),
        async (plans, steps) => {
          const { health, clock, status, changes } = observedHealth();
          const wronglyRun: string[] = [];
          for (const [index, { dependsOn, intervalMs, ends, afterMs }] of plans.entries()) {
            const name = names[index]!;
            // Only on those before it, so that there is no circle.
            const before = [...new Set(dependsOn)].filter((each) => each < index).map((each) => names[each]!);
            let run = 0;
            health.add(name, {
              dependsOn: before,
              intervalMs,
              async check() {
                if (before.some((each) => status(each) === 'down')) wronglyRun.push(name);
                const end = ends[run++ % ends.length];
                await new Promise<void>((resolve) => void clock.schedule(resolve, afterMs));
                return { status: end };
              },
            });
          }
          const wronglyUp = (): readonly string[] =>
            health
              .report()
              .checks.filter((each) => each.status === 'up' || each.status === 'degraded')
              .filter(({ dependsOn }) => dependsOn.some((each) => status(each) === 'down'))
              .map(({ name }) => name);
          for (const { do: what, ms } of steps) {
            if (what === 'probe') void health.run();
            else if (what === 'jumpWall') clock.jumpWall(ms);
            // oxlint-disable-next-line no-await-in-loop -- one step after the other
            else await clock[what](what === 'jump' ? Math.min(ms, 5000) : ms);
            expect(wronglyUp()).toEqual([]);
          }
          await clock.advance(5000);
          expect([wronglyRun, wronglyUp()]).toEqual([[], []]);
          for (const name of names) {
            const own = changes.filter(({ check }) => check === name);
            expect(own.slice(1).map(({ from }) => from)).toEqual(own.slice(0, -1).map(({ to }) => to));
          }
          health.close();
          await clock.advance(5000);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe('a dependency that hangs forever', () => {
  it('is down for all of an hour, with at most 3 runs at a time, and nothing is left of it', async () => {
    const { health, clock, status, active, starts, changes, runs } = scheduled(
      [{ afterMs: Infinity, ends: 'up' }],
      {
        intervalMs: 10_000,
        failureThreshold: 1,
        successThreshold: 1,
      },
    );
    let most = 0;
    for (let minute = 0; minute < 60; minute++) {
      // oxlint-disable-next-line no-await-in-loop -- one minute after the other
      await clock.advance(60_000);
      most = Math.max(most, active.get('one') ?? 0);
    }
    expect([status('one'), most]).toEqual(['down', 3]);
    expect(changes).toHaveLength(1);
    expect(starts.length).toBeLessThan(200);
    expect(new Set(runs.map(({ result }) => result))).toEqual(new Set(['timeout']));
    health.close();
    expect(clock.pending).toBe(0);
  });
});

describe('100 flaps in a minute', () => {
  async function flapping(thresholds: { failureThreshold: number; successThreshold: number }) {
    const ends = [
      { afterMs: 0, ends: 'up' as const },
      { afterMs: 0, ends: 'down' as const },
    ];
    const observed = scheduled(ends, { ...thresholds, intervalMs: 600 });
    await observed.clock.advance(60_000);
    observed.health.close();
    return observed;
  }

  it('are 100 changes with thresholds of 1, each told once', async () => {
    const { changes, runs } = await flapping({ failureThreshold: 1, successThreshold: 1 });
    expect(runs.length).toBe(101);
    expect(changes.map(({ to }) => to)).toEqual(runs.map(({ result }) => result));
  });

  it('are none with thresholds of 3', async () => {
    const { changes, probes, clock } = await flapping({ failureThreshold: 3, successThreshold: 3 });
    expect(changes.map(({ to }) => to)).toEqual(['up']);
    expect(probes.filter(({ probe }) => probe === 'readyz').map(({ ok }) => ok)).toEqual([
      false,
      true,
      false,
    ]);
    expect(clock.pending).toBe(0);
  });
});

describe('a clock that jumps', () => {
  it('of the wall, by a day to either side, changes neither ages nor durations', async () => {
    const { clock, get, starts, runs, health } = scheduled([{ afterMs: 100, ends: 'up' }], {
      failureThreshold: 1,
      successThreshold: 1,
    });
    for (const ms of [86_400_000, -172_800_000]) {
      const answer = get('/readyz');
      // oxlint-disable-next-line no-await-in-loop -- one jump after the other
      await settled();
      clock.jumpWall(ms);
      // oxlint-disable-next-line no-await-in-loop
      await clock.advance(100);
      // oxlint-disable-next-line no-await-in-loop
      expect((await answer).status).toBe(200);
      // oxlint-disable-next-line no-await-in-loop
      expect(await get('/readyz')).toMatchObject({ status: 200 });
      // oxlint-disable-next-line no-await-in-loop
      await clock.advance(CACHE_MS);
    }
    expect([starts.length, runs.map(({ durationSeconds }) => durationSeconds)]).toEqual([2, [0.1, 0.1]]);
    health.close();
  });
});
