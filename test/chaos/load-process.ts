import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface LoadOrder {
  readonly port: number;
  readonly seconds: number;
  /** Requests sent so soon are sent like the others, and their latencies do not count. Default: 0. */
  readonly settlingSeconds?: number;
  readonly ratePerSecond: number;
}

export interface LoadResult {
  readonly sent: number;
  /** Ids of the orders that were answered with 200. */
  readonly answered: readonly string[];
  /** Why others were not. */
  readonly failures: readonly string[];
  /** Connections that nobody took. */
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
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
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
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
