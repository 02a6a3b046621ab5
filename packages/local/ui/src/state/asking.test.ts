import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isOld, waitForOther } from './asking.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('waitForOther', () => {
  it('says nothing of answers that come soon', () => {
    const came = waitForOther();
    vi.advanceTimersByTime(300);
    came();
    vi.advanceTimersByTime(1000);
    expect(isOld.value).toBe(false);
  });

  it('says that what is shown is old until the last of several answers has come, each counted once', () => {
    const [one, other] = [waitForOther(), waitForOther()];
    vi.advanceTimersByTime(500);
    expect(isOld.value).toBe(true);
    one();
    one();
    expect(isOld.value).toBe(true);
    other();
    expect(isOld.value).toBe(false);
  });
});
