import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TIME_UP, withinTime } from './time-limit.ts';

afterEach(() => void vi.useRealTimers());

/** Holds the event loop. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('withinTime', () => {
  it('gives what the promise gives, or rejects as it does', async () => {
    expect(await withinTime(Promise.resolve(7), 60_000)).toBe(7);
    await expect(withinTime(Promise.reject(new RangeError('no')), 60_000)).rejects.toThrow(RangeError);
  });

  it('ends at the limit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const waiting = withinTime(new Promise(() => {}), 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await waiting).toBe(TIME_UP);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes what had come before the limit, but could not be read as the event loop stood still', async () => {
    const { port1, port2 } = new MessageChannel();
    const message = once(port1, 'message');
    const waiting = withinTime(message, 1);
    port2.postMessage('here');
    block(60);
    expect(await waiting).toEqual(['here']);
    port1.close();
  });

  it('waits for nothing more than a while where the event loop stood still', async () => {
    const waiting = withinTime(new Promise(() => {}), 1);
    block(60);
    expect(await waiting).toBe(TIME_UP);
  });
});
