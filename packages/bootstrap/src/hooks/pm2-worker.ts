import type { Environment } from '@sightline/errors';
import cluster from 'node:cluster';
import { isMainThread } from 'node:worker_threads';
import { pm2Given } from './pm2-environment.ts';

/** A worker of pm2's cluster mode, or a thread of one. The main process of such a cluster is pm2 itself, which observes nothing. */
export interface Pm2Worker {
  /** Which of the service's workers it is, from 0. */
  readonly instance: number;
  /** The file of the service: as long as nothing of it is loaded, `process.argv` names one of pm2. */
  readonly script: string | undefined;
}

/** @returns undefined in every other process, those among them that such a worker starts */
export function pm2Worker(
  env: Environment = process.env,
  isWorker: boolean = cluster.isWorker || !isMainThread,
): Pm2Worker | undefined {
  if (!isWorker) return undefined;
  const given: Readonly<Record<string, unknown>> = { ...env, ...pm2Given(env) };
  if (given['exec_mode'] !== 'cluster_mode' || given['pm_id'] === undefined) return undefined;
  const { pm_exec_path: script, instance_var: variable } = given;
  return {
    instance: instanceOf(given[typeof variable === 'string' ? variable : 'NODE_APP_INSTANCE']),
    script: typeof script === 'string' ? script : undefined,
  };
}

function instanceOf(value: unknown): number {
  const instance = Number(value ?? Number.NaN);
  return Number.isInteger(instance) && instance >= 0 ? instance : 0;
}
