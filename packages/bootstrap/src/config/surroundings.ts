import { isatty } from 'node:tty';
import type { Environment } from '@sightline/errors';
import { pm2Worker } from '../hooks/pm2-worker.ts';

/** Where the process runs, as far as defaults depend on it. */
export interface Surroundings {
  readonly isKubernetes: boolean;
  /** Somebody sits before it and waits. */
  readonly isTerminal: boolean;
  /** Which of the processes it is, from 0, that one configuration has started on this machine, each for itself. */
  readonly instance: number;
}

export function surroundingsOf(env: Environment): Surroundings {
  const isKubernetes = Boolean(env['KUBERNETES_SERVICE_HOST']);
  return {
    isKubernetes,
    isTerminal: !isKubernetes && isatty(0),
    instance: pm2Worker(env)?.instance ?? 0,
  };
}
