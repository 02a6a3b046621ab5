/* oxlint-disable no-await-in-loop -- one step comes after the other */
import * as cockatiel4 from 'cockatiel';
import * as cockatiel3 from 'cockatiel3';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import Opossum10 from 'opossum';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import type { BreakerOutcome, BreakerState } from './breaker-record.ts';

/** Has no types of its own. */
const Opossum8 = createRequire(import.meta.url)('opossum8') as typeof Opossum10;

afterEach(() => vi.useRealTimers());

/** How the action of a call behaves. */
type Behaviour = 'ok' | 'fail' | 'slow' | 'slow fail' | 'hang' | 'let pass';

type Step =
  | { readonly do: 'call'; readonly behaviour: Behaviour }
  | { readonly do: 'wait'; readonly forMs: number }
  | { readonly do: 'hand' | 'rename' | 'dispose' | 'scrape' };

/** A breaker that the script drives, and what its library says of it in public: the truth that we are measured by. */
interface Driven {
  readonly thing: object;
  readonly states: readonly BreakerState[];
  /** @param onRun called when the action begins */
  fire(behaviour: Behaviour, onRun: () => void): Promise<unknown>;
  /** Cockatiel tells of the end of a run only where somebody listened when it began. */
  readonly tellsOnlyWhatWasHeard: boolean;
  /** How a call ended, from what its caller sees alone. */
  outcome(ending: PromiseSettledResult<unknown>): BreakerOutcome;
  state(): BreakerState;
  /** Whether a call that is made now gets through unguarded. */
  isUnguarded(): boolean;
  onChange(listener: () => void): void;
  /** Does the next thing by hand. */
  hand(): void;
  end(): void;
}

const SLOW_MS = 7;
const TIMEOUT_MS = 20;
const OPEN_MS = 50;

function act(behaviour: Behaviour): Promise<unknown> {
  if (behaviour === 'ok') return Promise.resolve('ok');
  if (behaviour === 'fail') return Promise.reject(new Error('boom'));
  if (behaviour === 'let pass') return Promise.reject(new RangeError('let pass'));
  return new Promise((resolve, reject) => {
    if (behaviour === 'slow') setTimeout(() => resolve('ok'), SLOW_MS);
    if (behaviour === 'slow fail') setTimeout(() => reject(new Error('boom')), SLOW_MS);
  });
}

function driveOpossum(
  Breaker: typeof Opossum10,
  { withFallback }: { readonly withFallback: boolean },
): Driven {
  const breaker = new Breaker(act, {
    timeout: TIMEOUT_MS,
    resetTimeout: OPEN_MS,
    rollingCountTimeout: 200,
    errorThresholdPercentage: 60,
    volumeThreshold: 4,
    capacity: 12,
    enableSnapshots: false,
    rollingPercentilesEnabled: false,
    errorFilter: (error) => error instanceof RangeError,
  });
  if (withFallback) breaker.fallback(() => 'instead');
  let turn = 0;
  const hands = ['disable', 'enable', 'open', 'close'] as const;
  const changed: (() => void)[] = [];
  const tell = (): void => changed.forEach((listener) => listener());
  return {
    thing: breaker,
    states: ['closed', 'open', 'half_open', 'isolated', 'disabled'],
    tellsOnlyWhatWasHeard: false,
    fire: (behaviour) => breaker.fire(behaviour),
    outcome(ending) {
      if (ending.status === 'fulfilled') return ending.value === 'instead' ? 'fallback' : 'success';
      const { code } = ending.reason as { readonly code?: string };
      if (code === 'EOPENBREAKER' || code === 'ESEMLOCKED') return 'rejected';
      if (code === 'ETIMEDOUT') return 'timeout';
      return ending.reason instanceof RangeError ? 'ignored' : 'failure';
    },
    state() {
      if (!breaker.enabled) return 'disabled';
      if (breaker.opened) return 'open';
      return breaker.halfOpen ? 'half_open' : 'closed';
    },
    isUnguarded: () => !breaker.enabled,
    onChange(listener) {
      changed.push(listener);
      for (const event of ['open', 'halfOpen', 'close'] as const) breaker.on(event as 'open', listener);
    },
    hand() {
      breaker[hands[turn++ % hands.length] ?? 'close']();
      tell();
    },
    end: () => breaker.shutdown(),
  };
}

function driveCockatiel(cockatiel: typeof cockatiel4, { probes }: { readonly probes: number }): Driven {
  const breaker = cockatiel.circuitBreaker(
    cockatiel.handleWhen((error) => !(error instanceof RangeError)),
    {
      halfOpenAfter: OPEN_MS,
      halfOpenSampling: { calls: probes, threshold: 0.5 },
      breaker: new cockatiel.ConsecutiveBreaker(3),
    },
  );
  const limited = cockatiel.wrap(
    breaker,
    cockatiel.timeout(TIMEOUT_MS, cockatiel.TimeoutStrategy.Aggressive),
  );
  const states = ['closed', 'open', 'half_open', 'isolated'] as const;
  let held: { dispose(): void } | undefined;
  return {
    thing: breaker,
    states,
    tellsOnlyWhatWasHeard: true,
    fire: (behaviour, onRun) =>
      limited.execute(() => {
        onRun();
        return act(behaviour);
      }),
    outcome(ending) {
      if (ending.status === 'fulfilled') return 'success';
      if (cockatiel.isBrokenCircuitError(ending.reason)) return 'rejected';
      if (ending.reason instanceof cockatiel.TaskCancelledError) return 'timeout';
      return ending.reason instanceof RangeError ? 'ignored' : 'failure';
    },
    state: () => states[breaker.state],
    isUnguarded: () => false,
    onChange: (listener) => breaker.onStateChange(listener),
    hand() {
      if (held === undefined) held = breaker.isolate();
      else {
        held.dispose();
        held = undefined;
      }
    },
    end() {},
  };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 80,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      behaviour: fc.constantFrom<Behaviour>(
        'ok',
        'ok',
        'fail',
        'fail',
        'slow',
        'slow fail',
        'hang',
        'let pass',
      ),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({ do: fc.constant('wait' as const), forMs: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('hand' as const, 'scrape' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('rename' as const, 'dispose' as const) }) },
);

/** What has to be on the page of a watched breaker. */
interface Expected {
  readonly name: string;
  readonly sinceMs: number;
  readonly calls: Map<BreakerOutcome, number>;
  readonly transitions: Map<string, number>;
  recoveries: number;
  state: BreakerState;
  isOut: boolean;
}

/** Lets time pass, and every call that ends meanwhile be counted [ms]. */
type Pass = (forMs: number) => Promise<unknown>;

/** Runs a script; gives how often each thing was seen, so that a test can say that it was. */
async function run(driven: Driven, steps: readonly Step[], pass: Pass): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  const recorder = createRecorder();
  const resilience = createResilience({}, recorder.parts);
  let names = 0;
  let expected: Expected | undefined;
  let handle: { dispose(): void } | undefined;

  function watch(): void {
    const name = `breaker-${names++}`;
    handle = resilience.watch(driven.thing, { name });
    const state = driven.state();
    expected = {
      name,
      sinceMs: performance.now(),
      calls: new Map(),
      transitions: new Map(),
      recoveries: 0,
      state,
      isOut: state === 'open' || state === 'half_open',
    };
  }

  function changed(): void {
    const to = driven.state();
    if (expected === undefined || to === expected.state) return;
    count(expected.transitions, `${expected.state} ${to}`);
    count(seen, `${expected.state} to ${to}`);
    if (to === 'open') expected.isOut = true;
    else if (to !== 'half_open') {
      if (to === 'closed' && expected.isOut) expected.recoveries++;
      expected.isOut = false;
    }
    expected.state = to;
  }

  /** Every number of the page, exactly. */
  function compare(): void {
    if (expected === undefined) return expect(recorder.page()).toEqual({});
    const { name } = expected;
    recorder.collect();
    const page = recorder.page();
    const states = driven.states.map(
      (state) => page[`circuit_breaker_state{name="${name}",state="${state}"}`],
    );
    expect(states).toEqual(driven.states.map((state) => (state === driven.state() ? 1 : 0)));
    expect(counts(page, `circuit_breaker_calls_total{name="${name}",outcome="`)).toEqual(
      plain(expected.calls),
    );
    const moves = counts(page, `circuit_breaker_transitions_total{name="${name}",from="`);
    expect(moves).toEqual(
      plain(new Map([...expected.transitions].map(([key, value]) => [key.replace(' ', '",to="'), value]))),
    );
    expect(page[`circuit_breaker_recovery_duration_seconds{name="${name}"}`]).toBe(expected.recoveries);
    const spent = Object.values(counts(page, `circuit_breaker_state_seconds_total{name="${name}",state="`));
    const spentSeconds = spent.reduce((sum, each) => sum + each, 0);
    // With a fake clock these are equal.
    expect(Math.abs(spentSeconds - (performance.now() - expected.sinceMs) / 1000)).toBeLessThan(
      vi.isFakeTimers() ? 1e-6 : 1,
    );
    expect(Object.keys(page).every((series) => series.includes(`name="${name}"`))).toBe(true);
  }

  async function call(behaviour: Behaviour): Promise<void> {
    const unguarded = driven.isUnguarded();
    if (unguarded && expected) count(expected.calls, 'unguarded');
    let isHeard = true;
    const onRun = (): void => {
      isHeard = expected !== undefined;
    };
    const [ending] = await Promise.allSettled([driven.fire(behaviour, onRun)]);
    const outcome = driven.outcome(ending);
    count(seen, unguarded ? 'unguarded' : outcome);
    // Under the name that it has when it ends.
    if (!unguarded && expected && (isHeard || !driven.tellsOnlyWhatWasHeard)) count(expected.calls, outcome);
  }

  driven.onChange(changed);
  watch();
  const calls: Promise<void>[] = [];
  for (const each of steps) {
    if (each.do === 'call') calls.push(call(each.behaviour));
    await pass(each.do === 'wait' ? each.forMs : 0);
    if (each.do === 'hand') driven.hand();
    if (each.do === 'scrape' || each.do === 'rename' || each.do === 'dispose') compare();
    if (each.do === 'rename') watch();
    if (each.do === 'dispose') {
      handle?.dispose();
      expected = undefined;
      compare();
      await pass(10);
      watch();
    }
    await pass(0);
  }
  // What still runs is let go; calls that wait for a probe that hangs end with it.
  for (let round = 0; round < 50; round++) await pass(TIMEOUT_MS);
  compare();
  handle?.dispose();
  expected = undefined;
  compare();
  resilience.close();
  driven.end();
  return seen;
}

function count<Key>(counted: Map<Key, number>, key: Key): void {
  counted.set(key, (counted.get(key) ?? 0) + 1);
}

function plain(counted: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(counted);
}

/** Of the series that begin so, what follows up to the end of the label, for those that are not 0. */
function counts(page: Readonly<Record<string, number>>, start: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(page).flatMap(([series, value]) =>
      series.startsWith(start) && value !== 0 ? [[series.slice(start.length, -'"}'.length), value]] : [],
    ),
  );
}

const RUNS = 4;
const STEPS = 3500;
const script = fc.array(step, { minLength: STEPS, maxLength: STEPS, size: 'max' });

const drivers = [
  { title: 'opossum 10', make: () => driveOpossum(Opossum10, { withFallback: false }) },
  { title: 'opossum 10 with a fallback', make: () => driveOpossum(Opossum10, { withFallback: true }) },
  { title: 'cockatiel 4', make: () => driveCockatiel(cockatiel4, { probes: 1 }) },
  { title: 'cockatiel 4 with overlapping probes', make: () => driveCockatiel(cockatiel4, { probes: 3 }) },
];

const older = [
  { title: 'opossum 8', make: () => driveOpossum(Opossum8, { withFallback: false }) },
  {
    title: 'cockatiel 3',
    make: () => driveCockatiel(cockatiel3 as unknown as typeof cockatiel4, { probes: 1 }),
  },
];

describe('a breaker under a random script', () => {
  it.each(drivers)(
    'has exactly the counts of the script for over 10,000 calls: $title',
    async ({ title, make }) => {
      vi.useFakeTimers();
      const seen = new Map<string, number>();
      await fc.assert(
        // By a seed, as no report could hold a script.
        fc.asyncProperty(fc.integer(), async (seed) => {
          const [steps = []] = fc.sample(script, { seed, numRuns: 1 });
          const counted = await run(make(), steps, (forMs) => vi.advanceTimersByTimeAsync(forMs));
          for (const [key, value] of counted) seen.set(key, (seen.get(key) ?? 0) + value);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      const total = outcomes.reduce((sum, outcome) => sum + (seen.get(outcome) ?? 0), 0);
      expect(total).toBeGreaterThan(10_000);
      const byHand = title.startsWith('opossum') ? 'closed to disabled' : 'closed to isolated';
      expect([...cycle, byHand].filter((key) => !seen.has(key))).toEqual([]);
    },
    60_000,
  );

  it.each(older)('has them with an older version: $title', async ({ make }) => {
    vi.useFakeTimers();
    const [steps = []] = fc.sample(script, { seed: 7, numRuns: 1 });
    const seen = await run(make(), steps, (forMs) => vi.advanceTimersByTimeAsync(forMs));
    expect([...cycle, 'success', 'rejected'].filter((key) => !seen.has(key))).toEqual([]);
  });

  it.each(drivers)('has them with real timers as well: $title', async ({ make }) => {
    const [steps = []] = fc.sample(script, { seed: 4, numRuns: 1 });
    const pass = (forMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, forMs / 4));
    const seen = await run(make(), steps.slice(0, 150), pass);
    expect(outcomes.filter((outcome) => seen.has(outcome))).toEqual(
      expect.arrayContaining(['success', 'ignored']),
    );
  });
});

const cycle = ['closed to open', 'open to half_open', 'half_open to open', 'half_open to closed'];
const outcomes: readonly BreakerOutcome[] = [
  'success',
  'failure',
  'timeout',
  'rejected',
  'fallback',
  'ignored',
  'unguarded',
];
