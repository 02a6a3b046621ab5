import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';

describe('createBudget', () => {
  it('looks after so many spans whether somebody waits still, and not at each of them', () => {
    const controller = new AbortController();
    const budget = createBudget({ signal: controller.signal });
    controller.abort();
    budget.spans(1999);
    expect(() => budget.spans(1)).toThrow('context canceled');
    budget.spans(1999);
    budget.dispose();
    expect(budget.signal.aborted).toBe(true);
  });
});
