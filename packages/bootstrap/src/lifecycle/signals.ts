import { constants } from 'node:os';
import { endingSignals } from '@sightline/logger';
import { type Budget, type Wait, type WaitEnd, waitFor, waitWithin } from './deadline.ts';
import { flushAtEnd } from './exit.ts';
import {
  applicationHandles,
  forgetsSignal,
  politeListener,
  removePoliteListeners,
} from './other-listeners.ts';

/** A service that handles another one reads its configuration again, or writes a heap snapshot, and goes on. */
const HANDLED_TO_END: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT']);
/** For what was recorded while the rest was flushed, and for a drain and a flush that are hurried to their end [ms]. */
const HANDOVER_MS = 100;
/**
 * How soon after a signal the same one is an echo of it [ms]. A signal to a whole group of processes, as from systemd or a terminal,
 * comes a second time from whoever passes it on: npm, or the first process of a cluster.
 */
const ECHO_MS = 500;
/** Longest drain; it has bounds of its own, and this one is for a mistake in them [ms]. */
const DRAIN_LIMIT_MS = 600_000;

/** What a drain is told about the end that it belongs to. */
interface DrainOccasion {
  /** Aborts at a second signal: nothing is waited for any more. */
  readonly hurry: AbortSignal;
  /** False when the application handles the signal, and so ends its servers itself. */
  readonly endsProcess: boolean;
}

/** What comes before all: readiness fails, connections drain. It settles by itself, or soon after it is hurried. */
export type DrainAtSignal = (signal: NodeJS.Signals, occasion: DrainOccasion) => Promise<unknown>;

export interface SignalOptions {
  /** Sends everything that waits, traces, logs and metrics side by side, within the time [ms]. The process may go on. */
  flush(deadlineMs: number): Promise<unknown>;
  /** The same without an event loop [ms]. */
  flushSync(deadlineMs: number): void;
  /** What all of it may take, without the drain. */
  readonly budget: Budget;
  /** Comes before the flush, within its time, when the signal ends the process: what flushes and then lets go. */
  readonly beforeEnd?: ((deadlineMs: number) => Promise<unknown>) | undefined;
  readonly drain?: DrainAtSignal | undefined;
  /** The process; process 1 of a container is not killed by a signal that it sends to itself. */
  readonly pid?: number;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform;
}

/**
 * Flushes on SIGTERM, SIGINT, SIGHUP, SIGQUIT and SIGUSR2, and then lets the signal end the process.
 *
 * Whoever else listens for the signal is in charge: then nothing but the drain and the flush happen, beside what the
 * application does, and it decides when the process ends. If nobody does, the listener steps aside and raises the signal
 * again, so that the process dies by it and its parent sees that. A second signal ends every wait, unless it is an echo of the first,
 * and no backend can hold it for longer than the deadline.
 *
 * @returns takes the listeners off
 */
export function onSignals(options: SignalOptions): () => void {
  const { flushSync, budget, drain, pid = process.pid, platform = process.platform } = options;
  const signals = endingSignals(pid, platform);
  let wait: Wait | undefined;
  let hurry = new AbortController();
  let ending = false;
  let draining = false;
  let letGo = false;
  let last: { readonly signal: NodeJS.Signals; readonly atMs: number } | undefined;

  /** Each of a row of echoes goes by the signal that began it. */
  function isEcho(signal: NodeJS.Signals): boolean {
    const nowMs = performance.now();
    if (last?.signal === signal && nowMs - last.atMs < ECHO_MS) return true;
    last = { signal, atMs: nowMs };
    return false;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (drain) {
      // It began beside a handler of the application that is gone now: this is the second signal.
      if (draining) hurry.abort();
      draining = true;
      const occasion = { hurry: hurry.signal, endsProcess: true };
      await settled(waitFor(() => drain(signal, occasion), DRAIN_LIMIT_MS));
      draining = false;
    }
    // Lines of the drain itself are among what waits, also when it was hurried.
    const result = await settled(
      hurry.signal.aborted
        ? waitFor(() => flushAtEnd(options, HANDOVER_MS), HANDOVER_MS)
        : waitWithin(budget, (leftMs) => flushAtEnd(options, leftMs)),
    );
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
    if (!drain || !HANDLED_TO_END.has(signal)) return;
    if (draining) {
      hurry.abort();
      return;
    }
    draining = true;
    const occasion = { hurry: hurry.signal, endsProcess: false };
    void waitFor(() => drain(signal, occasion), DRAIN_LIMIT_MS).ended;
  }

  /** Ends every wait; a drain gets a moment to end what it has begun, unless it has had that. */
  function hurryUp(): void {
    const isFirst = !hurry.signal.aborted;
    hurry.abort();
    if (draining && isFirst) setTimeout(() => draining && wait?.stop(), HANDOVER_MS);
    else wait?.stop();
  }

  async function settled(one: Wait): Promise<WaitEnd> {
    wait = one;
    const result = await one.ended;
    wait = undefined;
    return result;
  }

  const onSignal = Object.assign(
    function sightlineSignal(signal: NodeJS.Signals): void {
      if (isEcho(signal)) return;
      if (ending) {
        hurryUp();
        return;
      }
      if (applicationHandles(signal)) {
        assist(signal);
        return;
      }
      ending = true;
      void end(signal);
    },
    { [politeListener]: true, [forgetsSignal]: () => (last = undefined) },
  );

  function raise(signal: NodeJS.Signals): void {
    ending = false;
    hurry = new AbortController();
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
    for (const signal of signals) process.prependListener(signal, onSignal);
  }

  function stop(): void {
    for (const signal of signals) process.off(signal, onSignal);
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
