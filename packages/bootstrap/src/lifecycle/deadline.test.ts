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
  it('goes by the clock of the process when it is given none', () => {
    const budget = createBudget(60_000);
    budget.begin();
    vi.advanceTimersByTime(20_000);
    expect(budget.leftMs()).toBe(40_000);
  });

  it('has all of the time before the end, and what is left of it after', () => {
    let nowMs = 500_000;
    const budget = createBudget(5000, () => nowMs);
    expect(budget.leftMs()).toBe(5000);
    budget.begin();
    nowMs += 2000;
    budget.begin();
    expect(budget.leftMs()).toBe(3000);
    nowMs += 0.25;
    expect(budget.leftMs()).toBe(2999);
    nowMs += 3500;
    expect(budget.leftMs()).toBe(0);
  });

  it.each([
    { afterMs: 5999, leftMs: 0 },
    { afterMs: 6000, leftMs: 0 },
    { afterMs: 6001, leftMs: 5000 },
  ])('has $leftMs ms left $afterMs ms after a begin of 5,000', ({ afterMs, leftMs }) => {
    let nowMs = 0;
    const budget = createBudget(5000, () => nowMs);
    budget.begin();
    nowMs += afterMs;
    budget.begin();
    expect(budget.leftMs()).toBe(leftMs);
  });

  it('starts anew when the process has gone on', () => {
    let nowMs = 0;
    const budget = createBudget(5000, () => nowMs);
    budget.begin();
    nowMs += 6001;
    expect(budget.leftMs()).toBe(5000);
    budget.begin();
    nowMs += 1000;
    expect(budget.leftMs()).toBe(4000);
  });
});

describe('waitWithin', () => {
  it('leaves nothing of a budget whose deadline has passed, whatever the clock says', async () => {
    const budget = createBudget(5000, () => 0);
    const { ended } = waitWithin(budget, never);
    vi.advanceTimersByTime(5000);
    await expect(ended).resolves.toBe('deadline');
    expect(budget.leftMs()).toBe(0);
  });

  it('gives the work what is left', async () => {
    let nowMs = 0;
    const budget = createBudget(5000, () => nowMs);
    budget.begin();
    nowMs = 2000;
    const given: number[] = [];
    await waitWithin(budget, async (leftMs) => given.push(leftMs)).ended;
    expect([given, budget.leftMs()]).toEqual([[3000], 3000]);
  });
});
