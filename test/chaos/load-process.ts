import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { P99 } from './latencies.ts';

export interface LoadOrder {
  readonly port: number;
  readonly seconds: number;
  /** Requests sent so soon are sent like the others, and their latencies do not count. Default: 0. */
  readonly settlingSeconds?: number;
  readonly ratePerSecond: number;
  /** While so many are without an answer, none is sent, and those that are late follow. Default: no limit. */
  readonly mostAtOnce?: number;
}

export interface LoadResult {
  readonly sent: number;
  /** Ids of the orders that were answered with 200. */
  readonly answered: readonly string[];
  /** Why others were not. */
  readonly failures: readonly string[];
  /** Connections that nobody took. */
  readonly refused: number;
  readonly p99: P99;
}

/** The load, as a process of its own. */
export interface LoadProcess {
  run(order: LoadOrder): Promise<LoadResult>;
  /** Ends the one that runs. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startLoadProcess(): Promise<LoadProcess> {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), {
    execArgv: [...process.execArgv, '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  goBeforeOthers(child);
  const died = new AbortController();
  child.once('exit', (code) => died.abort(new Error(`the load ended with ${code}`)));
  await once(child, 'message', { signal: died.signal });
  return {
    async run(order) {
      child.send(order);
      const [result] = (await once(child, 'message', { signal: died.signal })) as [LoadResult];
      return result;
    },
    cut: () => void child.send('stop'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/**
 * Backends share its core, and have less to do while they are away: what they take from the load would make a slice
 * without a fault look slow.
 */
function goBeforeOthers({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Root may, and nobody else.
  }
}
