import { getEventListeners } from 'node:events';
import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { down, timedCheck, up, type TimedRun } from './timed-check.ts';

const never: TimedRun = {
  work: () => new Promise(() => {}),
  late: (afterMs) => down(`late after ${afterMs} ms`),
  failed: (error) => down(String(error)),
};

describe('timedCheck', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives the caller a longer timeout than its own, so that its own reason is told', () => {
    expect(timedCheck(700, () => never).timeoutMs).toBe(800);
  });

  it('says that it is late when the time is over, tells the work to stop, and leaves no timer', async () => {
    let stopped = false;
    const { check } = timedCheck(700, () => ({
      ...never,
      work: (stop) => new Promise(() => stop.addEventListener('abort', () => (stopped = true))),
    }));
    const result = check(new AbortController().signal);
    await vi.advanceTimersByTimeAsync(699);
    expect(stopped).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await result).toEqual(down('late after 700 ms'));
    expect(stopped).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is heard when the event loop stood still and the answer waited to be read', async () => {
    const { check } = timedCheck(700, () => ({
      ...never,
      work: () => new Promise((resolve) => setTimeout(() => resolve(up()), 701)),
    }));
    const result = check(new AbortController().signal);
    // Both timers are due by far when the loop goes on.
    const late = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 5000);
    await vi.advanceTimersByTimeAsync(702);
    late.mockRestore();
    expect(await result).toEqual(up());
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at once when its signal aborts, and leaves neither a timer nor a listener', async () => {
    const stop = new AbortController();
    const result = timedCheck(700, () => never).check(stop.signal);
    await vi.advanceTimersByTimeAsync(30);
    stop.abort();
    expect(await result).toEqual(down('late after 30 ms'));
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('begins nothing when its signal has aborted already', async () => {
    const work = vi.fn<TimedRun['work']>(never.work);
    const result = await timedCheck(700, () => ({ ...never, work })).check(AbortSignal.abort());
    expect(result).toEqual(down('late after 0 ms'));
    expect(work).not.toHaveBeenCalled();
  });

  it('says what the work throws, also what it throws at once', async () => {
    const { signal } = new AbortController();
    const thrown = timedCheck(700, () => ({
      ...never,
      work: () => {
        throw new Error('boom');
      },
    }));
    expect(await thrown.check(signal)).toEqual(down('Error: boom'));
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('keeps quiet about what the work throws after its time', async () => {
    const failed = vi.fn<TimedRun['failed']>(never.failed);
    const { check } = timedCheck(10, () => ({
      ...never,
      failed,
      work: (stop) =>
        new Promise((_, reject) => stop.addEventListener('abort', () => reject(new Error('stopped')))),
    }));
    const result = check(new AbortController().signal);
    await vi.advanceTimersByTimeAsync(10);
    expect((await result).reason).toBe('late after 10 ms');
  });

  it('runs the work in a context that begins no trace', async () => {
    const key = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const withContext = vi.spyOn(context, 'with');
    await timedCheck(10, () => ({ ...never, work: async () => up() })).check(new AbortController().signal);
    const [used] = withContext.mock.calls[0] ?? [];
    expect(used?.getValue(key)).toBe(true);
    expect(used && trace.getSpan(used)).toBeUndefined();
  });
});
