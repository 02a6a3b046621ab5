import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBudget, waitFor, waitWithin } from './deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = (): Promise<void> => new Promise(() => {});

describe('waitFor', () => {
  it('ends when the work is done or has failed in any way', async () => {
    const failing = (): never => {
      throw new Error('broken');
    };
    const works = [() => Promise.resolve(), () => Promise.reject(new Error('broken')), failing];
    const ends = works.map((work) => waitFor(work, 100).ended);
    await expect(Promise.all(ends)).resolves.toEqual(['done', 'failed', 'failed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at the deadline when the work hangs', async () => {
    const { ended } = waitFor(never, 100);
    vi.advanceTimersByTime(100);
    await expect(ended).resolves.toBe('deadline');
  });

  it('ends when it is stopped, and leaves no timer behind', async () => {
    const { ended, stop } = waitFor(never, 100);
    stop();
    await expect(ended).resolves.toBe('stopped');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('createBudget', () => {
  function setup(deadlineMs = 5000) {
    const clock = { nowMs: 500_000 };
    return { clock, budget: createBudget(deadlineMs, () => clock.nowMs) };
  }

  it('goes by the clock of the process when it is given none', () => {
    const budget = createBudget(60_000);
    budget.begin();
    vi.advanceTimersByTime(20_000);
    expect(budget.leftMs()).toBe(40_000);
  });

  it('has all of the time before the first wait, and what is left of it while one runs', () => {
    const { clock, budget } = setup();
    expect(budget.leftMs()).toBe(5000);
    budget.begin();
    clock.nowMs += 2000.25;
    expect(budget.leftMs()).toBe(2999);
    clock.nowMs += 3500;
    expect(budget.leftMs()).toBe(0);
  });

  it('takes the time of waits beside each other once', () => {
    const { clock, budget } = setup();
    const first = budget.begin();
    clock.nowMs += 1000;
    const second = budget.begin();
    clock.nowMs += 1000;
    first();
    clock.nowMs += 1000;
    second();
    expect(budget.leftMs()).toBe(2000);
  });

  it('takes nothing for what the application does after a wait', () => {
    const { clock, budget } = setup();
    const finish = budget.begin();
    clock.nowMs += 2000;
    finish();
    clock.nowMs += 1000;
    expect(budget.leftMs()).toBe(3000);
    budget.begin();
    clock.nowMs += 500;
    expect(budget.leftMs()).toBe(2500);
  });

  it.each([
    { afterMs: 1000, leftMs: 3000 },
    { afterMs: 1001, leftMs: 5000 },
  ])(
    'has $leftMs ms left of 5,000 when $afterMs ms have passed after a wait of 2,000',
    ({ afterMs, leftMs }) => {
      const { clock, budget } = setup();
      const finish = budget.begin();
      clock.nowMs += 2000;
      finish();
      clock.nowMs += afterMs;
      expect(budget.leftMs()).toBe(leftMs);
      budget.begin();
      expect(budget.leftMs()).toBe(leftMs);
    },
  );
});

describe('waitWithin', () => {
  it('leaves nothing of a budget whose deadline has passed, whatever the clock says', async () => {
    const budget = createBudget(5000, () => 0);
    const { ended } = waitWithin(budget, never);
    vi.advanceTimersByTime(5000);
    await expect(ended).resolves.toBe('deadline');
    expect(budget.leftMs()).toBe(0);
  });

  it('gives the work what earlier waits have left', async () => {
    let nowMs = 0;
    const budget = createBudget(5000, () => nowMs);
    const given: number[] = [];
    const work = async (leftMs: number): Promise<void> => {
      given.push(leftMs);
      nowMs += 2000;
    };
    await waitWithin(budget, work).ended;
    await waitWithin(budget, work).ended;
    expect([given, budget.leftMs()]).toEqual([[5000, 3000], 1000]);
  });

  it.each([100, 4990, 5500, 5999])(
    'has nearly all of the time %i ms after a flush that was done at once',
    async (afterMs) => {
      let nowMs = 0;
      const budget = createBudget(5000, () => nowMs);
      await waitWithin(budget, async () => {
        nowMs += 10;
      }).ended;
      nowMs += afterMs;
      expect(budget.leftMs()).toBeGreaterThanOrEqual(4990);
    },
  );
});
