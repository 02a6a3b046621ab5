import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { untilQuiet } from './until-quiet.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Connections that are kept, and requests that begin and end on them. */
function fakeServers(connections: number) {
  const listeners = new Set<() => void>();
  let requests = 0;
  let awaited = 0;
  const changed = (): void => listeners.forEach((listener) => listener());
  return {
    open: () => ({ requests, streams: 0, connections }),
    awaited: () => awaited,
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** Nobody is told of a request that begins. */
    begin() {
      requests += 1;
    },
    end() {
      requests -= 1;
      changed();
    },
    close() {
      connections -= 1;
      changed();
    },
    expect(count: number) {
      awaited = count;
      changed();
    },
    listeners,
  };
}

const TIMES = { deadlineMs: 1000, settleMs: 100 };
const never = (): AbortSignal => new AbortController().signal;

describe('untilQuiet', () => {
  it('ends at once without connections, and when the last one is closed', async () => {
    const nothing = fakeServers(0);
    await untilQuiet(nothing, TIMES, never());
    const one = fakeServers(1);
    const quiet = untilQuiet(one, TIMES, never());
    one.close();
    await quiet;
    expect([vi.getTimerCount(), one.listeners.size]).toEqual([0, 0]);
  });

  it('waits for those whose first request is on its way', async () => {
    const servers = fakeServers(1);
    servers.expect(1);
    let isQuiet = false;
    const quiet = untilQuiet(servers, TIMES, never()).then(() => (isQuiet = true));
    await vi.advanceTimersByTimeAsync(500);
    servers.expect(0);
    await vi.advanceTimersByTimeAsync(99);
    expect(isQuiet).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await quiet;
  });

  it.each(['at the deadline', 'hurried'])('ends %s while something is under way', async (how) => {
    const servers = fakeServers(1);
    const hurry = new AbortController();
    servers.begin();
    let isQuiet = false;
    const quiet = untilQuiet(servers, TIMES, hurry.signal).then(() => (isQuiet = true));
    await vi.advanceTimersByTimeAsync(TIMES.deadlineMs - 1);
    expect(isQuiet).toBe(false);
    if (how === 'hurried') hurry.abort();
    else vi.advanceTimersByTime(1);
    await quiet;
    expect([vi.getTimerCount(), servers.listeners.size]).toEqual([0, 0]);
  });

  it('never ends under a request before the deadline, nor before it was quiet for long enough', async () => {
    const schedule = fc.array(
      fc.record({ pauseMs: fc.integer({ min: 0, max: 180 }), takesMs: fc.integer({ min: 0, max: 250 }) }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(schedule, async (requests) => {
        const servers = fakeServers(1);
        const beganAtMs = Date.now();
        let endedAtMs: number | undefined;
        const quiet = untilQuiet(servers, TIMES, never()).then(() => (endedAtMs = Date.now() - beganAtMs));
        let expectedMs = TIMES.settleMs;
        let atMs = 0;
        for (const { pauseMs, takesMs } of requests) {
          if (atMs + pauseMs >= expectedMs) break;
          atMs += pauseMs;
          setTimeout(() => servers.begin(), atMs);
          atMs += takesMs;
          setTimeout(() => servers.end(), atMs);
          expectedMs = atMs + TIMES.settleMs;
        }
        await vi.runAllTimersAsync();
        await quiet;
        expect(endedAtMs).toBe(Math.min(expectedMs, TIMES.deadlineMs));
      }),
    );
  });
});
