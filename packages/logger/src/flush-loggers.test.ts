import { afterEach, describe, expect, it, vi } from 'vitest';
import { exitGuard } from './destinations/exit-guard.ts';
import { flushLoggers } from './flush-loggers.ts';

const member = {
  exitDeadlineMs: 60_000,
  signals: false,
  hasPending: () => true,
  flushSync() {},
  writeThrough() {},
};

describe('flushLoggers', () => {
  const removals: (() => void)[] = [];
  afterEach(() => {
    for (const remove of removals.splice(0)) remove();
    vi.useRealTimers();
  });

  it('resolves when every destination of the process has flushed', async () => {
    const flushed: string[] = [];
    for (const name of ['one', 'other']) {
      const flush = (callback: () => void): void => {
        flushed.push(name);
        queueMicrotask(callback);
      };
      removals.push(exitGuard().add({ ...member, flush }));
    }
    await flushLoggers(60_000);
    expect(flushed).toEqual(['one', 'other']);
  });

  it('resolves at once when there is none', async () => {
    vi.useFakeTimers();
    await flushLoggers(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('resolves at the deadline when one hangs', async () => {
    vi.useFakeTimers();
    removals.push(exitGuard().add({ ...member, flush() {} }));
    let done = false;
    const waiting = (async () => {
      await flushLoggers(500);
      done = true;
    })();
    await vi.advanceTimersByTimeAsync(499);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect(done).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
