/* oxlint-disable no-await-in-loop -- one step comes after the other */
import * as cockatiel from 'cockatiel';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';

afterEach(() => vi.useRealTimers());

type Behaviour = 'ok' | 'fail' | 'slow' | 'slow fail' | 'late' | 'not handled' | 'fail once';

interface Step {
  readonly behaviour: Behaviour;
  /** After so long its caller gives up; undefined: never [ms]. */
  readonly abortAfterMs: number | undefined;
  readonly waitMs: number;
}

const SLOW_MS = 7;
const TIMEOUT_MS = 20;
const LATE_MS = 60;

const step: fc.Arbitrary<Step> = fc.record({
  behaviour: fc.constantFrom<Behaviour>(
    'ok',
    'fail',
    'slow',
    'slow fail',
    'late',
    'not handled',
    'fail once',
  ),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined, freq: 4 }),
  waitMs: fc.integer({ min: 0, max: 4 }),
});
const script = fc.array(step, { minLength: 2500, maxLength: 2500, size: 'max' });

function act(behaviour: Behaviour, nth: number): Promise<unknown> {
  if (behaviour === 'ok' || (behaviour === 'fail once' && nth > 1)) return Promise.resolve('ok');
  if (behaviour === 'fail' || behaviour === 'fail once') return Promise.reject(new Error('boom'));
  if (behaviour === 'not handled') return Promise.reject(new RangeError('not handled'));
  return new Promise((resolve, reject) => {
    if (behaviour === 'slow') setTimeout(() => resolve('ok'), SLOW_MS);
    if (behaviour === 'slow fail') setTimeout(() => reject(new Error('boom')), SLOW_MS);
    if (behaviour === 'late') setTimeout(() => reject(new Error('boom')), LATE_MS);
  });
}

/** One call, as its caller saw it. */
interface Call {
  readonly ending: PromiseSettledResult<unknown>;
  readonly runs: number;
  readonly isAborted: boolean;
}

interface Modelled {
  readonly policy: cockatiel.IPolicy<cockatiel.IDefaultPolicyContext, unknown>;
  readonly metric: string;
  outcome(call: Call): string;
}

const handled = cockatiel.handleWhen((error) => !(error instanceof RangeError));

const models: readonly { readonly title: string; readonly make: () => Modelled }[] = [
  {
    title: 'retry',
    make: () => ({
      policy: cockatiel.retry(handled, { maxAttempts: 3, backoff: new cockatiel.ConstantBackoff(2) }),
      metric: 'retry_calls_total',
      outcome({ ending, runs }) {
        if (ending.status === 'fulfilled') return runs > 1 ? 'success_after_retry' : 'success';
        return ending.reason instanceof RangeError ? 'not_retryable' : 'gave_up';
      },
    }),
  },
  {
    title: 'timeout',
    make: () => ({
      policy: cockatiel.timeout(TIMEOUT_MS, cockatiel.TimeoutStrategy.Aggressive),
      metric: 'timeout_calls_total',
      outcome({ ending, isAborted }) {
        if (ending.status === 'fulfilled') return 'success';
        if (!cockatiel.isTaskCancelledError(ending.reason)) return 'failure';
        return isAborted ? 'cancelled' : 'timeout';
      },
    }),
  },
  {
    title: 'bulkhead',
    make: () => ({
      policy: cockatiel.bulkhead(2, 3),
      metric: 'bulkhead_calls_total',
      outcome({ ending }) {
        if (ending.status === 'fulfilled') return 'success';
        if (cockatiel.isBulkheadRejectedError(ending.reason)) return 'rejected';
        return cockatiel.isTaskCancelledError(ending.reason) ? 'cancelled' : 'failure';
      },
    }),
  },
  {
    title: 'fallback',
    make: () => ({
      policy: cockatiel.fallback(handled, () =>
        performance.now() % 2 === 0
          ? Promise.resolve('instead')
          : Promise.reject(new TypeError('no fallback')),
      ),
      metric: 'fallback_calls_total',
      outcome({ ending }) {
        if (ending.status === 'fulfilled') return ending.value === 'instead' ? 'fallback' : 'success';
        return ending.reason instanceof TypeError ? 'fallback_failed' : 'failure';
      },
    }),
  },
];

async function run({ policy, metric, outcome }: Modelled, steps: readonly Step[]): Promise<number> {
  const recorder = createRecorder();
  const resilience = createResilience({}, recorder.parts);
  resilience.watch(policy, { name: 'payments' });
  const expected: Record<string, number> = {};
  let runs = 0;
  let running = 0;
  let isUp = 0;

  async function call({ behaviour, abortAfterMs }: Step): Promise<void> {
    const aborter = new AbortController();
    if (abortAfterMs !== undefined) setTimeout(() => aborter.abort(), abortAfterMs);
    let own = 0;
    const action = async (): Promise<unknown> => {
      own++;
      running++;
      try {
        return await act(behaviour, own);
      } finally {
        running--;
      }
    };
    const [ending] = await Promise.allSettled([policy.execute(action, aborter.signal)]);
    runs += own;
    const found = outcome({ ending, runs: own, isAborted: aborter.signal.aborted });
    expected[found] = (expected[found] ?? 0) + 1;
    isUp++;
  }

  function compare(): void {
    recorder.collect();
    const page = recorder.page();
    const start = `${metric}{name="payments",outcome="`;
    const counted = Object.entries(page).flatMap(([series, value]) =>
      series.startsWith(start) && value > 0 ? [[series.slice(start.length, -2), value] as const] : [],
    );
    const rejected = page['bulkhead_rejected_calls_total{name="payments"}'] ?? 0;
    expect({ ...Object.fromEntries(counted), ...(rejected > 0 && { rejected }) }).toEqual(expected);
    expect(page['bulkhead_active_calls{name="payments"}'] ?? running).toBe(running);
  }

  const calls: Promise<void>[] = [];
  for (const [at, each] of steps.entries()) {
    calls.push(call(each));
    await vi.advanceTimersByTimeAsync(each.waitMs);
    if (at % 50 === 0) compare();
  }
  for (let round = 0; round < 100 && isUp < steps.length; round++) await vi.advanceTimersByTimeAsync(100);
  await Promise.all(calls);
  compare();
  const attempts = recorder.value('retry_attempts_total', { name: 'payments' });
  expect(attempts ?? runs - steps.length).toBe(runs - steps.length);
  resilience.close();
  expect(recorder.page()).toEqual({});
  return isUp;
}

describe('a policy under a random script', () => {
  it.each(models)(
    'has exactly the counts of the script for 10,000 calls: $title',
    async ({ make }) => {
      vi.useFakeTimers();
      let total = 0;
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const [steps = []] = fc.sample(script, { seed, numRuns: 1 });
          total += await run(make(), steps);
        }),
        { numRuns: 4, endOnFailure: true },
      );
      expect(total).toBe(10_000);
    },
    60_000,
  );
});
