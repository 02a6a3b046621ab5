import type * as z from 'zod';
import type { EnvironmentReader } from './environment.ts';
import type { shutdownOptionsSchema } from './options.ts';
import type { Surroundings } from './surroundings.ts';

export interface ShutdownConfig {
  /** Longest flush [ms]. */
  readonly deadlineMs: number;
  /** Whether a signal drains the servers before it ends the process. */
  readonly drain: boolean;
  /** How long requests are still taken after readiness began to fail [ms]. */
  readonly drainDelayMs: number;
  /** How long what is being answered has then [ms]. */
  readonly drainDeadlineMs: number;
  /** Longest hook of what comes after the servers [ms]. */
  readonly hookTimeoutMs: number;
}

/** Most that a variable may say [ms]. */
const MOST_MS = 600_000;
/**
 * Kubernetes sends SIGTERM and takes the pod out of its endpoints at the same time; until every node knows, requests come.
 * With what follows (10 s for requests, 3 s for each of three phases, 5 s for the flush) it is 29 s of the 30 s that a pod has.
 */
const KUBERNETES_DELAY_MS = 5000;
const DEADLINE_MS = 10_000;
const TERMINAL_DEADLINE_MS = 1000;

export function shutdownConfig(
  read: EnvironmentReader,
  options: z.output<typeof shutdownOptionsSchema>,
  { isKubernetes, isTerminal }: Pick<Surroundings, 'isKubernetes' | 'isTerminal'>,
): ShutdownConfig {
  const { deadlineMs, hookTimeoutMs } = options;
  return {
    deadlineMs,
    hookTimeoutMs,
    drain: options.drain ?? !(read.boolean('SIGHTLINE_DRAIN_DISABLED') ?? false),
    drainDelayMs:
      options.drainDelayMs ??
      read.integer('SIGHTLINE_DRAIN_DELAY_MS', 0, MOST_MS) ??
      (isKubernetes ? KUBERNETES_DELAY_MS : 0),
    drainDeadlineMs:
      options.drainDeadlineMs ??
      read.integer('SIGHTLINE_DRAIN_DEADLINE_MS', 0, MOST_MS) ??
      (isTerminal ? TERMINAL_DEADLINE_MS : DEADLINE_MS),
  };
}
