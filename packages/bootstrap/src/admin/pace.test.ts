import { describe, expect, it, vi } from 'vitest';
import { createPace } from './pace.ts';

const { signal } = new AbortController();

/** How many of so many that come at once have passed, after each of these times [ms]. */
async function passedAfter(
  pace: ReturnType<typeof createPace>,
  count: number,
  timesMs: readonly number[],
): Promise<number[]> {
  let passed = 0;
  for (let one = 0; one < count; one++) void pace(signal).then(() => (passed += 1));
  const counts: number[] = [];
  let beforeMs = 0;
  for (const atMs of timesMs) {
    // oxlint-disable-next-line no-await-in-loop -- time passes
    await vi.advanceTimersByTimeAsync(atMs - beforeMs);
    beforeMs = atMs;
    counts.push(passed);
  }
  return counts;
}

describe('createPace', () => {
  it('lets a burst pass at once, and the rest one after the other', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const pace = createPace({ perSecond: 10, burst: 3 });
    expect(await passedAfter(pace, 6, [0, 99, 100, 200, 300])).toEqual([3, 3, 4, 5, 6]);
    // A second later it may be a burst again, and no more than one.
    await vi.advanceTimersByTimeAsync(1000);
    expect(await passedAfter(pace, 5, [0, 100, 200])).toEqual([3, 4, 5]);
    vi.useRealTimers();
  });

  it('never lets those wait who come evenly', async () => {
    let now = 0;
    const pace = createPace({ perSecond: 50, burst: 1 }, () => now);
    for (; now < 1000; now += 20) {
      // oxlint-disable-next-line no-await-in-loop -- time passes
      await pace(signal);
    }
    expect(now).toBe(1000);
  });

  it('keeps nobody who has gone away', async () => {
    const pace = createPace({ perSecond: 1, burst: 1 }, () => 0);
    const gone = new AbortController();
    await pace(signal);
    const waiting = pace(gone.signal);
    gone.abort();
    await expect(waiting).resolves.toBeUndefined();
    // Nor who had gone before.
    await expect(pace(gone.signal)).resolves.toBeUndefined();
  });
});
