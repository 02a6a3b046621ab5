import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Sized, createSender } from './sender.ts';
import type { Verdict } from './verdict.ts';

const stored: Verdict = { kind: 'stored', rejected: 0, message: '' };
const absent: Verdict = {
  kind: 'retry',
  failure: 'unreachable',
  reason: 'ECONNREFUSED',
  retryAfterMs: undefined,
  absent: true,
};
const busy: Verdict = { ...absent, reason: 'status 503', absent: false };

interface Payload extends Sized {
  readonly body: { readonly length: number };
}

function payload(items: number, bytes = 1): Payload {
  return { items, body: { length: bytes } };
}

/** A sender over a transport whose every answer the test gives, and a clock that it moves. */
function controlled(bounds: { readonly maxItems?: number; readonly maxBytes?: number } = {}) {
  const asked: { readonly payload: Payload; readonly answer: (verdict: Verdict) => void }[] = [];
  const timers = new Map<number, { readonly call: () => void; readonly delayMs: number }>();
  const state = { nowMs: 1000, closed: 0 };
  const sender = createSender<Payload>(
    {
      signal: 'traces',
      endpoint: { label: 'http://c', clean: (text) => text },
      transport: {
        send: (sent) => {
          const { promise, resolve } = Promise.withResolvers<Verdict>();
          asked.push({ payload: sent, answer: resolve });
          return promise;
        },
        halve: () => [],
        close: () => void (state.closed += 1),
      },
      timeoutMs: 1000,
      maxItems: 10,
      onProblem: () => undefined,
      ...bounds,
    },
    {
      now: () => state.nowMs,
      setTimeout: (call, delayMs) => {
        const handle = timers.size + 1;
        timers.set(handle, { call, delayMs });
        return handle;
      },
      clearTimeout: (handle) => void timers.delete(handle as number),
      random: () => 0.5,
    },
  );
  return {
    sender,
    asked,
    state,
    delays: () => [...timers.values()].map(({ delayMs }) => delayMs),
    async answer(verdict: Verdict): Promise<void> {
      asked.at(-1)?.answer(verdict);
      await turn();
    },
    async waited(): Promise<void> {
      for (const { call } of timers.values()) call();
      await turn();
    },
  };
}

describe('createSender, at its bounds', () => {
  it('takes items up to the last that fits, those on their way counted', () => {
    const { sender } = controlled({ maxItems: 10 });
    sender.enqueue(payload(7));
    expect([sender.hasRoom(3), sender.hasRoom(4)]).toEqual([true, false]);
    sender.enqueue(payload(3));
    sender.enqueue(payload(1));
    expect(sender.stats()).toMatchObject({ queued: 10, dropped: { full: 1 } });
  });

  it('takes bytes up to the last that fits', async () => {
    const { sender, answer } = controlled({ maxItems: 100, maxBytes: 100 });
    sender.enqueue(payload(1, 60));
    expect(sender.hasRoom(1)).toBe(true);
    sender.enqueue(payload(1, 41));
    sender.enqueue(payload(1, 40));
    expect(sender.stats()).toMatchObject({ queued: 2, dropped: { full: 1 } });
    expect(sender.hasRoom(1)).toBe(false);
    await answer(stored);
    expect(sender.hasRoom(1)).toBe(true);
    sender.enqueue(payload(1, 60));
    expect(sender.stats()).toMatchObject({ queued: 2, exported: 1, dropped: { full: 1 } });
  });

  it('waits longer after each failure in a row, and from the start after a success', async () => {
    const { sender, answer, waited, delays } = controlled();
    sender.enqueue(payload(1));
    await answer(busy);
    expect(delays()).toEqual([500]);
    await waited();
    await answer(busy);
    expect(delays()).toEqual([1000]);
    await waited();
    await answer(stored);
    sender.enqueue(payload(1));
    await answer(busy);
    expect(delays()).toEqual([500]);
  });

  it('sends nothing while it waits, and keeps the order', async () => {
    const { sender, asked, answer, waited } = controlled();
    sender.enqueue(payload(1));
    sender.enqueue(payload(2));
    await answer(busy);
    sender.enqueue(payload(3));
    await turn();
    expect(asked).toHaveLength(1);
    await waited();
    await answer(stored);
    await answer(stored);
    await answer(stored);
    expect(asked.map((each) => each.payload.items)).toEqual([1, 1, 2, 3]);
    expect(sender.stats()).toMatchObject({ queued: 0, exported: 6, lastError: undefined });
  });

  it.each([
    { ageMs: 119_999, failed: 0 },
    { ageMs: 120_000, failed: 1 },
  ])('has given up on $failed payloads after $ageMs ms', async ({ ageMs, failed }) => {
    const { sender, answer, state } = controlled();
    sender.enqueue(payload(1));
    state.nowMs += ageMs;
    await answer(busy);
    expect(sender.stats()).toMatchObject({
      queued: 1 - failed,
      dropped: { failed },
      failures: { unreachable: 1 },
      lastError: 'status 503',
    });
  });

  it('ends a flush at the second attempt that finds nobody, not at the first', async () => {
    const { sender, answer, waited } = controlled();
    sender.enqueue(payload(1));
    let isOver = false;
    const flushed = sender.flush(2 ** 30).then(() => (isOver = true));
    await answer(absent);
    expect(isOver).toBe(false);
    await waited();
    await answer(absent);
    await flushed;
    expect(sender.stats()).toMatchObject({ queued: 1 });
  });

  it.each([stored, busy])('waits for a collector that was there once, as $kind says', async (once) => {
    const { sender, answer, waited } = controlled();
    sender.enqueue(payload(1));
    sender.enqueue(payload(1));
    await answer(once);
    await waited();
    let isOver = false;
    void sender.flush(2 ** 30).then(() => (isOver = true));
    for (const verdict of [absent, absent, absent]) {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      await answer(verdict);
      // oxlint-disable-next-line no-await-in-loop -- and its wait
      await waited();
    }
    expect(isOver).toBe(false);
    await answer(stored);
    await answer(stored);
    expect(isOver).toBe(true);
  });

  it('counts at its end what was not delivered, what comes after it, and closes its connections', async () => {
    const { sender, state, asked } = controlled();
    sender.enqueue(payload(2));
    sender.enqueue(payload(3));
    await sender.shutdown(0);
    sender.enqueue(payload(4));
    expect(sender.stats()).toMatchObject({ queued: 0, dropped: { deadline: 9 } });
    expect([state.closed, asked.length]).toEqual([1, 1]);
  });

  it('counts nothing twice when the answer comes after everything was handed out', async () => {
    const { sender, answer } = controlled();
    sender.enqueue(payload(2));
    expect(sender.drain()).toHaveLength(1);
    await answer(stored);
    expect(sender.stats()).toMatchObject({ queued: 0, exported: 0, lastSuccessTimeMs: undefined });
  });

  it('waits by the clock of the process when it is given none, and not when it is flushed', async () => {
    const startedAtMs = Date.now();
    const verdicts: Verdict[] = [{ ...busy, retryAfterMs: 3_600_000 }, stored];
    const sender = createSender<Sized>({
      signal: 'traces',
      endpoint: { label: 'http://c/', clean: (text) => text },
      transport: {
        send: () => Promise.resolve(verdicts.shift() ?? stored),
        halve: () => [],
        close: () => {},
      },
      timeoutMs: 1_000,
      maxItems: 10,
      onProblem: () => {},
    });
    sender.enqueue({ items: 3 });
    await vi.waitFor(() => expect(sender.stats().failures.unreachable).toBe(1), 20_000);
    expect(sender.stats().queued).toBe(3);
    await sender.flush(10_000);
    expect(sender.stats()).toMatchObject({ queued: 0, exported: 3 });
    expect(sender.stats().lastSuccessTimeMs).toBeGreaterThanOrEqual(startedAtMs);
    await sender.shutdown(0);
  });
});

describe('createSender, of the timers of Node.js', () => {
  /** @param send is told which attempt it is, from 0 */
  function real(send: (attempt: number) => Promise<Verdict>) {
    let attempts = 0;
    return createSender<Payload>({
      signal: 'traces',
      endpoint: { label: 'http://c', clean: (text) => text },
      transport: { send: () => send(attempts++), halve: () => [], close() {} },
      timeoutMs: 1000,
      maxItems: 10,
      onProblem: () => undefined,
    });
  }

  function fakeTimers(): void {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  }

  it('tries again what failed while a test had fake timers', async () => {
    const sender = real((attempt) => Promise.resolve(attempt === 0 ? { ...busy, retryAfterMs: 0 } : stored));
    fakeTimers();
    sender.enqueue(payload(1));
    // Its wait has begun by then.
    await turn();
    vi.useRealTimers();
    await vi.waitFor(() => expect(sender.stats().exported).toBe(1), 20_000);
  });

  it('ends a flush at its deadline though a test has fake timers', async () => {
    const sender = real(() => new Promise(() => {}));
    fakeTimers();
    sender.enqueue(payload(1));
    await sender.flush(1);
    expect(sender.stats().queued).toBe(1);
  });
});
