import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { onExitSignals } from './exit-signals.ts';
import { type GuardedDestination, deadlineOf, flushAll, flushAllSync } from './flush-all.ts';

export type { GuardedDestination };

/** One per process. */
export interface ExitGuard {
  /** Registers a destination; the returned function takes it off again. */
  add(destination: GuardedDestination): () => void;
  /**
   * Flushes all of them while the event loop runs, within their deadlines.
   *
   * @param done called once, also when there is none
   * @returns waits no longer
   */
  flush(done: () => void): () => void;
}

/** Versioned: two copies of this package in one process share the guard only while its shape is the same. */
const GUARD = Symbol.for('sightline.logger.exit-guard.2');

/** How soon `exit` follows a `beforeExit` when both belong to one end of the program [ms]. */
const SAME_END_MS = 1000;

/** The guard of this process (of this thread, in a worker), shared by every copy of the package. */
export function exitGuard(): ExitGuard {
  const found: ExitGuard | undefined = Reflect.get(globalThis, GUARD);
  if (found) return found;
  const guard = createExitGuard();
  Reflect.set(globalThis, GUARD, guard);
  return guard;
}

/**
 * Lets no line die with the process: at `exit` (which natural ends, `process.exit`, uncaught exceptions and unhandled
 * rejections all come to), at `beforeExit` while there still is an event loop, and at the signals that end the process.
 *
 * It listens only while a destination is registered, once per event however many there are.
 */
function createExitGuard(): ExitGuard {
  const members = new Set<GuardedDestination>();
  let waiting = false;
  /** When a wait at `beforeExit` ended with lines left [ms, monotonic]. */
  let gaveUpAtMs = -Infinity;
  let signalsOff: (() => void) | undefined;

  /** True right after such a wait: the backend will not answer a second one either. */
  const waitedInVain = (): boolean => performance.now() - gaveUpAtMs < SAME_END_MS;

  function onExit(): void {
    const deadlineMs = waitedInVain() ? 0 : deadlineOf(members);
    for (const member of members) member.writeThrough(Math.min(deadlineMs, member.exitDeadlineMs));
    flushAllSync(members, deadlineMs);
    for (const member of members) tellLeftBehind(member);
  }

  function onBeforeExit(): void {
    if (waiting || waitedInVain() || ![...members].some((member) => member.hasPending())) return;
    waiting = true;
    flushAll(members, (inTime) => {
      waiting = false;
      if (!inTime) gaveUpAtMs = performance.now();
    });
  }

  function listen(): void {
    process.prependListener('exit', onExit);
    process.on('beforeExit', onBeforeExit);
  }

  function updateSignals(): void {
    const wanted = isMainThread && [...members].some((member) => member.signals);
    if (wanted && !signalsOff) signalsOff = onExitSignals(members);
    else if (!wanted && signalsOff) {
      signalsOff();
      signalsOff = undefined;
    }
  }

  return {
    flush(done) {
      if (members.size > 0) return flushAll(members, done);
      done();
      return () => {};
    },
    add(member) {
      if (members.size === 0) listen();
      members.add(member);
      updateSignals();
      return () => {
        if (!members.delete(member)) return;
        updateSignals();
        if (members.size > 0) return;
        process.off('exit', onExit);
        process.off('beforeExit', onBeforeExit);
      };
    },
  };
}

/** Warnings come on the next turn, and there is none any more. */
function tellLeftBehind(member: GuardedDestination): void {
  try {
    const message = member.hasPending() ? member.leftBehind?.() : undefined;
    if (message !== undefined) writeSync(2, `(node:${process.pid}) SightlineWarning: ${message}\n`);
  } catch {
    // Nobody reads stderr either.
  }
}
