import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSystemClock } from './clock.ts';

describe('createSystemClock', () => {
  it('goes on with real timers when a test has put fake ones in their place', async () => {
    const clock = createSystemClock();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { promise, resolve } = Promise.withResolvers<void>();
    const startMs = clock.nowMs();
    clock.schedule(resolve, 1);
    expect(vi.getTimerCount()).toBe(0);
    await promise;
    expect(clock.nowMs()).toBeGreaterThan(startMs);
  });

  it('takes those of a test in which it is made', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const clock = createSystemClock();
    const call = vi.fn<() => void>();
    const startMs = clock.nowMs();
    clock.schedule(call, 1000);
    vi.advanceTimersByTime(1000);
    expect(call).toHaveBeenCalledOnce();
    expect(clock.nowMs() - startMs).toBe(1000);
  });

  it('takes a call back', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    createSystemClock().schedule(() => {}, 1000)();
    expect(vi.getTimerCount()).toBe(0);
  });
});
