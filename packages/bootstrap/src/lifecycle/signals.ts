import { constants } from 'node:os';
import { type Budget, type Wait, type WaitEnd, waitFor, waitWithin } from './deadline.ts';
import { flushAtEnd } from './exit.ts';
import { applicationHandles, politeListener, removePoliteListeners } from './other-listeners.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** For what was recorded while the rest was flushed [ms]. */
const HANDOVER_MS = 100;
/** Longest drain; it has bounds of its own, and this one is for a mistake in them [ms]. */
const DRAIN_LIMIT_MS = 600_000;

export interface SignalOptions {
  /** Sends everything that waits, traces, logs and metrics side by side, within the time [ms]. The process may go on. */
  flush(deadlineMs: number): Promise<unknown>;
  /** The same without an event loop [ms]. */
  flushSync(deadlineMs: number): void;
  /** What all of it may take, without the drain. */
  readonly budget: Budget;
  /** Comes before the flush, within its time, when the signal ends the process: what flushes and then lets go. */
  readonly beforeEnd?: ((deadlineMs: number) => Promise<unknown>) | undefined;
  /** What comes before all: readiness fails, connections drain. It settles by itself; a second signal ends it. */
  readonly drain?: ((signal: NodeJS.Signals) => Promise<unknown>) | undefined;
  /** The process; process 1 of a container is not killed by a signal that it sends to itself. */
  readonly pid?: number;
}

/**
 * Flushes on SIGTERM, SIGINT and SIGHUP, and then lets the signal end the process.
 *
 * Whoever else listens for the signal is in charge: then nothing but the drain and the flush happen, beside what the
 * application does, and it decides when the process ends. If nobody does, the listener steps aside and raises the signal
 * again, so that the process dies by it and its parent sees that. A second signal ends the wait, and no backend can hold it
 * for longer than the deadline.
 *
 * @returns takes the listeners off
 */
export function onSignals(options: SignalOptions): () => void {
  const { flushSync, budget, drain, pid = process.pid } = options;
  let wait: Wait | undefined;
  let hurried = false;
  let ending = false;
  let letGo = false;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (drain) await settled(waitFor(() => drain(signal), DRAIN_LIMIT_MS));
    const result = hurried
      ? 'stopped'
      : await settled(waitWithin(budget, (leftMs) => flushAtEnd(options, leftMs)));
    // Who began to listen during the flush is in charge now, and telemetry goes on.
    if (!applicationHandles(signal)) quietly(() => flushSync(lastMs(result)));
    raise(signal);
  }

  /** Time for what is left [ms]: a backend that did not answer gets no more, a flush that failed all that there is. */
  function lastMs(result: WaitEnd): number {
    if (result === 'deadline') return 0;
    return result === 'failed' ? budget.leftMs() : HANDOVER_MS;
  }

  /** Beside what the application does. */
  function assist(signal: NodeJS.Signals): void {
    void waitWithin(budget, options.flush).ended;
    // A service that handles SIGHUP reads its configuration again, and goes on.
    if (drain && signal !== 'SIGHUP') void waitFor(() => drain(signal), DRAIN_LIMIT_MS).ended;
  }

  async function settled(one: Wait): Promise<WaitEnd> {
    wait = one;
    const result = await one.ended;
    wait = undefined;
    return result;
  }

  const onSignal = Object.assign(
    function sightlineSignal(signal: NodeJS.Signals): void {
      if (ending) {
        hurried = true;
        wait?.stop();
        return;
      }
      if (applicationHandles(signal)) {
        assist(signal);
        return;
      }
      ending = true;
      void end(signal);
    },
    { [politeListener]: true },
  );

  function raise(signal: NodeJS.Signals): void {
    ending = false;
    hurried = false;
    if (pid === 1 && !applicationHandles(signal)) process.exit(128 + constants.signals[signal]);
    stop();
    if (!applicationHandles(signal)) removePoliteListeners(signal);
    process.kill(process.pid, signal);
    // Still alive: somebody began to listen during the flush, and is in charge now.
    setImmediate(() => {
      if (!letGo) listen();
    }).unref();
  }

  function listen(): void {
    // First in the row: a `once` listener of the application is still there to be counted when this one runs.
    for (const signal of SIGNALS) process.prependListener(signal, onSignal);
  }

  function stop(): void {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }

  listen();
  return () => {
    letGo = true;
    stop();
  };
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // Telemetry that fails does not keep the process from ending.
  }
}
