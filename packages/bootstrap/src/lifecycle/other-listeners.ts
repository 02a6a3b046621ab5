/** On listeners of packages of ours that step aside when nobody else handles a signal. */
export const politeListener: unique symbol = Symbol.for('sightline.polite-signal-listener');

/** On those that take a signal which comes right after the same one for an echo of it: called, they forget the one before. */
export const forgetsSignal: unique symbol = Symbol.for('sightline.forgets-signal');

/** Sends a signal to this process that is no echo, however soon after another one it comes. */
export function sendSignal(signal: NodeJS.Signals): void {
  for (const each of process.listeners(signal)) {
    const forget: unknown = Reflect.get(each, forgetsSignal);
    if (typeof forget === 'function') forget();
  }
  process.kill(process.pid, signal);
}

/**
 * True when the application handles a signal itself, and so decides when the process ends.
 *
 * Listeners that end the process only when they are alone are left out, or each would wait for the other: those with the
 * mark above, and those of the package `signal-exit` in both its ways to keep count.
 */
export function applicationHandles(signal: NodeJS.Signals): boolean {
  const listeners = process.listeners(signal).filter((each) => !isPolite(each)).length;
  const signalExit =
    countOf(Reflect.get(process, '__signal_exit_emitter__')) +
    countOf(Reflect.get(globalThis, Symbol.for('signal-exit emitter')));
  return listeners > signalExit;
}

/** Takes off those that would hold the process back while they wait for each other. */
export function removePoliteListeners(signal: NodeJS.Signals): void {
  for (const each of process.listeners(signal)) if (isPolite(each)) process.off(signal, each);
}

function isPolite(listener: object): boolean {
  return Reflect.get(listener, politeListener) === true;
}

function countOf(emitter: unknown): number {
  if (typeof emitter !== 'object' || emitter === null || !('count' in emitter)) return 0;
  return typeof emitter.count === 'number' ? emitter.count : 0;
}
