import { afterEach, describe, expect, it, vi } from 'vitest';
import { holdProcess } from './hold-process.ts';

describe('holdProcess', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('holds until it is let go, or its time is over', () => {
    vi.useFakeTimers();
    const release = holdProcess(1000);
    expect(vi.getTimerCount()).toBe(1);
    release();
    expect(vi.getTimerCount()).toBe(0);
    holdProcess(1000);
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
