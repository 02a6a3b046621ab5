import { endingSignals } from './ending-signals.ts';
import { type GuardedDestination, flushAll, flushAllSync } from './flush-all.ts';

/** For the few lines that were written while the others were flushed [ms]. */
const HANDOVER_MS = 100;

/**
 * How soon after a signal the same one is an echo of it [ms]. A signal to a whole group of processes, as from systemd or a
 * terminal, comes a second time from whoever passes it on, such as npm.
 */
const ECHO_MS = 500;

/**
 * On our listeners: whoever owns the signals of the process, as `@sightline/bootstrap` does, need not take them for the
 * application's.
 */
const POLITE = Symbol.for('sightline.polite-signal-listener');

/**
 * Flushes on the signals that end a process, and then lets them end it.
 *
 * Whoever else listens for the signal is in charge: then nothing but the flush happens, and the lines written during
 * the shutdown leave at `exit`. If nobody does, the listener steps aside and raises the signal again, so that the
 * process dies by it and its parent sees that. A second signal ends the wait, unless it is an echo of the first.
 *
 * @returns takes the listeners off
 */
export function onExitSignals(members: ReadonlySet<GuardedDestination>): () => void {
  let stopWaiting: (() => void) | undefined;
  let first: { readonly signal: NodeJS.Signals; readonly atMs: number } | undefined;
  let on = false;
  const signals = endingSignals();

  function listen(): void {
    on = true;
    // First in the row: a `once` listener of the application is still there to be counted when this one runs.
    for (const signal of signals) process.prependListener(signal, onSignal);
  }

  function stop(): void {
    on = false;
    for (const signal of signals) process.off(signal, onSignal);
  }

  function onSignal(signal: NodeJS.Signals): void {
    const ours = othersListening(signal) ? undefined : signal;
    if (stopWaiting) {
      const isEcho = first?.signal === signal && performance.now() - first.atMs < ECHO_MS;
      if (!isEcho) stopWaiting();
      return;
    }
    if (members.size === 0) return;
    first = { signal, atMs: performance.now() };
    // Callbacks may come at once, before `flushAll` has returned.
    let finished = false;
    const cancel = flushAll(members, (inTime) => {
      finished = true;
      stopWaiting = undefined;
      // What was written since is handed over; a backend that did not answer in time gets no more of it.
      flushAllSync(members, inTime ? HANDOVER_MS : 0);
      if (ours) raise(ours);
    });
    if (!finished) stopWaiting = cancel;
  }

  function raise(signal: NodeJS.Signals): void {
    stop();
    process.kill(process.pid, signal);
    // Still alive: someone began to listen during the flush, or this is process 1, which signals do not kill.
    setImmediate(() => {
      if (!on && members.size > 0) listen();
    }).unref();
  }

  Reflect.set(onSignal, POLITE, true);
  listen();
  return stop;
}

/**
 * True when the application handles the signal itself. Listeners of the package `signal-exit`, in both its ways to
 * keep count, are left out: they end the process only when they are alone, as this module does, so each would wait for
 * the other.
 */
function othersListening(signal: NodeJS.Signals): boolean {
  const polite =
    emitterCount(Reflect.get(process, '__signal_exit_emitter__')) +
    emitterCount(Reflect.get(globalThis, Symbol.for('signal-exit emitter')));
  return process.listenerCount(signal) - 1 > polite;
}

function emitterCount(emitter: unknown): number {
  if (typeof emitter !== 'object' || emitter === null || !('count' in emitter)) return 0;
  return typeof emitter.count === 'number' ? emitter.count : 0;
}
