import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GuardedDestination, exitGuard } from './exit-guard.ts';
import { flushAll } from './flush-all.ts';

/** A destination with lines, whose flush the test ends, and which delivers them all only when it may wait. */
function destinationWithLines(
  exitDeadlineMs: number,
  leftBehind: () => string | undefined = () => undefined,
) {
  const callbacks: (() => void)[] = [];
  const state = { pending: true, throughMs: -1, flushesMs: [] as number[] };
  const destination: GuardedDestination = {
    exitDeadlineMs,
    signals: false,
    hasPending: () => state.pending,
    leftBehind,
    flush: (callback) => void callbacks.push(callback),
    flushSync: (deadlineMs) => void state.flushesMs.push(deadlineMs),
    writeThrough: (deadlineMs) => void (state.throughMs = deadlineMs),
  };
  return { state, destination, callbacks, finish: () => callbacks.splice(0).forEach((each) => each()) };
}

/** What the guard alone listens with: the test calls it, as nobody may emit these events of the process that it runs in. */
function ownListener(event: 'exit' | 'beforeExit', before: readonly unknown[]): (code: number) => void {
  const all: readonly unknown[] =
    event === 'exit' ? process.listeners('exit') : process.listeners('beforeExit');
  const listener = all.find((each) => !before.includes(each));
  if (typeof listener !== 'function') throw new Error(`nobody listens to ${event}`);
  return listener as (code: number) => void;
}

describe('exitGuard at the end of the process', () => {
  const removals: (() => void)[] = [];
  let atExit: (code: number) => void;
  let beforeExit: (code: number) => void;
  let stderr: string;
  const add = (...destinations: readonly GuardedDestination[]): void => {
    const before = { exit: process.listeners('exit'), beforeExit: process.listeners('beforeExit') };
    for (const each of destinations) removals.push(exitGuard().add(each));
    atExit = ownListener('exit', before.exit);
    beforeExit = ownListener('beforeExit', before.beforeExit);
  };
  beforeEach(() => {
    stderr = '';
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    vi.spyOn(fs, 'writeSync').mockImplementation((fd, text) => (stderr += fd === 2 ? text : '').length);
    syncBuiltinESMExports();
  });
  afterEach(() => {
    for (const remove of removals.splice(0)) remove();
    // What one end of a program does not wait for twice, the next test's end is not to remember.
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });

  it('lets each write through within its own deadline, flushes all twice, and tells what is left behind', () => {
    const slow = destinationWithLines(700, () => '3 lines are lost');
    const quick = destinationWithLines(100);
    add(slow.destination, quick.destination);
    atExit(0);
    expect([slow.state.throughMs, quick.state.throughMs]).toEqual([700, 100]);
    expect([slow.state.flushesMs, quick.state.flushesMs]).toEqual([
      [0, 700],
      [0, 100],
    ]);
    expect(stderr).toBe(`(node:${process.pid}) SightlineWarning: 3 lines are lost\n`);
  });

  it('says nothing of a destination that delivered all, nor of one whose stderr is closed', () => {
    const done = destinationWithLines(100, () => 'never said');
    done.state.pending = false;
    add(
      done.destination,
      destinationWithLines(100, () => {
        throw new Error('EPIPE');
      }).destination,
    );
    expect(() => atExit(0)).not.toThrow();
    expect(stderr).toBe('');
  });

  it('keeps the process alive before the exit while lines wait, once, and waits again for new ones', () => {
    const { destination, callbacks, finish } = destinationWithLines(100);
    add(destination);
    beforeExit(0);
    beforeExit(0);
    expect(callbacks).toHaveLength(1);
    finish();
    beforeExit(0);
    expect(callbacks).toHaveLength(1);
    finish();
  });

  it('does not wait a second time where the wait before the exit was in vain', () => {
    const { destination, state, callbacks } = destinationWithLines(400);
    add(destination);
    beforeExit(0);
    vi.advanceTimersByTime(400);
    callbacks.length = 0;
    beforeExit(0);
    atExit(0);
    expect(callbacks).toEqual([]);
    expect([state.throughMs, state.flushesMs]).toEqual([0, [0, 0]]);
  });

  it.each([
    { afterMs: 999, waits: 0 },
    { afterMs: 1000, waits: 1 },
  ])('waits $waits times again $afterMs ms after a wait in vain', ({ afterMs, waits }) => {
    const { destination, state, callbacks } = destinationWithLines(400);
    add(destination);
    beforeExit(0);
    vi.advanceTimersByTime(400 + afterMs);
    callbacks.length = 0;
    atExit(0);
    expect(state.flushesMs).toEqual([0, waits * 400]);
    beforeExit(0);
    expect(callbacks).toHaveLength(waits);
    vi.advanceTimersByTime(400);
  });

  it('flushes all while the event loop runs when it is asked to, and is done at once when there is nobody', () => {
    const done = vi.fn<() => void>();
    exitGuard().flush(done);
    expect(done).toHaveBeenCalledTimes(1);
    const { destination, finish } = destinationWithLines(100);
    add(destination);
    exitGuard().flush(done);
    expect(done).toHaveBeenCalledTimes(1);
    finish();
    expect(done).toHaveBeenCalledTimes(2);
  });

  it('takes its listeners off once, also when a destination is removed twice', () => {
    const before = process.listenerCount('exit');
    add(destinationWithLines(100).destination, destinationWithLines(100).destination);
    const [first, second] = removals.splice(0);
    first?.();
    first?.();
    expect(process.listenerCount('exit')).toBe(before + 1);
    second?.();
    expect(process.listenerCount('exit')).toBe(before);
  });
});

describe('flushAll', () => {
  const open = (count: number) => Array.from({ length: count }, () => destinationWithLines(50));

  it('is done in time when the last has flushed, and not before', () => {
    const done = vi.fn<(inTime: boolean) => void>();
    const [one, other] = open(2);
    flushAll(new Set([one!.destination, other!.destination]), done);
    one!.finish();
    expect(done).not.toHaveBeenCalled();
    other!.finish();
    expect(done).toHaveBeenCalledExactlyOnceWith(true);
  });

  it('is done once, and late, when it is stopped, whatever comes after that', () => {
    const done = vi.fn<(inTime: boolean) => void>();
    const [one] = open(1);
    const stop = flushAll(new Set([one!.destination]), done);
    stop();
    stop();
    one!.finish();
    expect(done).toHaveBeenCalledExactlyOnceWith(false);
  });
});
