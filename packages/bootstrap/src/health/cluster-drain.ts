import type { Drain } from '@sightline/health';
import cluster, { type Worker } from 'node:cluster';
import type { ShutdownConfig } from '../config/shutdown.ts';
import { sendSignal } from '../lifecycle/other-listeners.ts';

/** What the first process of a cluster tells its workers. */
interface DrainMessage {
  readonly sightlineDrain: NodeJS.Signals;
  /** Whether nothing is waited for any more. */
  readonly hurry: boolean;
}

/** The workers of a cluster end with its first process, which alone gets the signal in a container. */
export interface ClusterDrain {
  /** In the first process: its end has begun. */
  begin(signal: NodeJS.Signals, hurry: AbortSignal): void;
  stop(): void;
}

/** A signal to all processes of a group is with the workers by then, and not sent a second time [ms]. */
const SIGNALLED_MS = 50;
/** For what a worker does besides what has a time of its own [ms]. */
const MARGIN_MS = 1000;

/**
 * In the first process, hands its signal on to the workers, and waits for them in the phase `servers`; in a worker, takes it as if
 * it had come to the worker itself. Elsewhere it does nothing.
 */
export function drainCluster(drain: Pick<Drain, 'state' | 'add'>, times: ShutdownConfig): ClusterDrain {
  return cluster.isWorker ? asWorker(drain) : asFirst(drain, times);
}

function asWorker(drain: Pick<Drain, 'state'>): ClusterDrain {
  function receive(message: unknown): void {
    if (!isDrainMessage(message)) return;
    // It may have come here by itself.
    if (drain.state === 'off' || message.hurry) sendSignal(message.sightlineDrain);
  }

  process.on('message', receive);
  return {
    begin() {},
    stop() {
      process.off('message', receive);
    },
  };
}

function asFirst(drain: Pick<Drain, 'add'>, times: ShutdownConfig): ClusterDrain {
  const { drainDeadlineMs, hookTimeoutMs, deadlineMs } = times;
  let told: readonly Worker[] = [];
  let timer: NodeJS.Timeout | undefined;

  const removeHook = drain.add('the workers of the cluster', {
    phase: 'servers',
    run: () => Promise.all(told.map(exited)),
    // Their delay is over with that of this process.
    timeoutMs: drainDeadlineMs + 3 * hookTimeoutMs + deadlineMs + MARGIN_MS,
  });

  function tell(sightlineDrain: NodeJS.Signals, hurry: boolean): void {
    for (const worker of told) {
      // The callback takes the error of a worker that is just going away.
      if (worker.isConnected()) worker.send({ sightlineDrain, hurry } satisfies DrainMessage, () => {});
    }
  }

  return {
    begin(signal, hurry) {
      told = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      // They end because they are told to: who replaces workers that die needs not replace them.
      for (const worker of told) worker.exitedAfterDisconnect = true;
      timer = setTimeout(() => tell(signal, false), SIGNALLED_MS);
      hurry.addEventListener('abort', () => {
        clearTimeout(timer);
        tell(signal, true);
      });
    },
    stop() {
      clearTimeout(timer);
      removeHook();
    },
  };
}

function exited(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) resolve();
    else worker.once('exit', () => resolve());
  });
}

function isDrainMessage(message: unknown): message is DrainMessage {
  return typeof message === 'object' && message !== null && 'sightlineDrain' in message && 'hurry' in message;
}
