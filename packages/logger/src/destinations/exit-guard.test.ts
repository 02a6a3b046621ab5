import { openSync, closeSync } from 'node:fs';
import { devNull } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type GuardedDestination, exitGuard } from './exit-guard.ts';
import { stdout } from './stdout.ts';

const EVENTS = ['exit', 'beforeExit', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;
const listeners = (): number[] => EVENTS.map((event) => process.listenerCount(event));

/** A destination whose flush the test ends. */
function pendingDestination() {
  const callbacks: (() => void)[] = [];
  const flushSync = vi.fn<(deadlineMs: number) => void>();
  const destination: GuardedDestination = {
    exitDeadlineMs: 5000,
    signals: true,
    hasPending: () => true,
    flush: (callback) => void callbacks.push(callback),
    flushSync,
    writeThrough() {},
  };
  return { destination, flushSync, finish: () => callbacks.splice(0).forEach((callback) => callback()) };
}

describe('exitGuard', () => {
  const removals: (() => void)[] = [];
  const add = (destination: GuardedDestination): void => void removals.push(exitGuard().add(destination));
  afterEach(() => {
    for (const remove of removals.splice(0)) remove();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('is the same for every copy of the package', () => {
    expect(exitGuard()).toBe(exitGuard());
    expect(Reflect.get(globalThis, Symbol.for('sightline.logger.exit-guard.2'))).toBe(exitGuard());
  });

  it('listens once for 1,000 destinations and not at all when the last is closed', async () => {
    const before = listeners();
    const fd = openSync(devNull, 'w');
    const many = Array.from({ length: 1000 }, () => stdout({ fd }));
    expect(listeners()).toEqual(before.map((count) => count + 1));
    await Promise.all(many.map((destination) => destination.close()));
    expect(listeners()).toEqual(before);
    closeSync(fd);
  });

  it('listens for no signal when no destination wants that', () => {
    const before = listeners();
    add({ ...pendingDestination().destination, signals: false });
    expect(listeners()).toEqual(before.map((count, at) => count + (at < 2 ? 1 : 0)));
  });

  it('flushes, takes its listener off and raises the signal again when nobody else listens', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const before = process.listenerCount('SIGHUP');
    const { destination, flushSync, finish } = pendingDestination();
    add(destination);
    process.emit('SIGHUP', 'SIGHUP');
    expect(kill).not.toHaveBeenCalled();
    finish();
    expect(flushSync).toHaveBeenCalled();
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGHUP');
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });

  it('only flushes when the application listens, even with a `once` listener that is gone by then', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const handler = vi.fn<() => void>();
    process.once('SIGHUP', handler);
    const { destination, flushSync, finish } = pendingDestination();
    add(destination);
    process.emit('SIGHUP', 'SIGHUP');
    finish();
    expect(handler).toHaveBeenCalledTimes(1);
    expect(flushSync).toHaveBeenCalled();
    expect(kill).not.toHaveBeenCalled();
  });

  it('does not take the polite listeners of signal-exit for the application', () => {
    const emitter = Symbol.for('signal-exit emitter');
    const listener = (): void => undefined;
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    Reflect.set(globalThis, emitter, { count: 1 });
    process.on('SIGHUP', listener);
    try {
      const { destination, finish } = pendingDestination();
      add(destination);
      process.emit('SIGHUP', 'SIGHUP');
      finish();
      expect(kill).toHaveBeenCalledTimes(1);
    } finally {
      process.off('SIGHUP', listener);
      Reflect.deleteProperty(globalThis, emitter);
    }
  });

  it.each<{ second: NodeJS.Signals; afterMs: number; waits: boolean }>([
    { second: 'SIGHUP', afterMs: 499, waits: true },
    { second: 'SIGHUP', afterMs: 500, waits: false },
    { second: 'SIGINT', afterMs: 0, waits: false },
  ])('waits after $second, $afterMs ms after a SIGHUP: $waits', ({ second, afterMs, waits }) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { destination, finish } = pendingDestination();
    add(destination);
    process.emit('SIGHUP', 'SIGHUP');
    vi.advanceTimersByTime(afterMs);
    process.emit(second, second);
    expect(kill).toHaveBeenCalledTimes(waits ? 0 : 1);
    finish();
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGHUP');
  });

  it('raises the signal after the longest deadline when a flush never ends', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    add({ ...pendingDestination().destination, exitDeadlineMs: 100 });
    add({ ...pendingDestination().destination, exitDeadlineMs: 700 });
    process.emit('SIGHUP', 'SIGHUP');
    vi.advanceTimersByTime(699);
    expect(kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(kill).toHaveBeenCalledTimes(1);
  });

  it('flushes the others at a signal when one destination throws', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const throwing = (): never => {
      throw new Error('broken');
    };
    const good = pendingDestination();
    add({ ...pendingDestination().destination, flushSync: throwing });
    add({ ...good.destination, flush: (callback) => callback() });
    process.emit('SIGHUP', 'SIGHUP');
    process.emit('SIGINT', 'SIGINT');
    expect(good.flushSync).toHaveBeenCalled();
    expect(kill).toHaveBeenCalledTimes(1);
  });
});
