import { clusterSource, serveClusterSnapshots, serveThreadSnapshots, threadSource } from '@sightline/metrics';
import type { Environment } from '@sightline/errors';
import type { Metrics, PeerSource } from '@sightline/metrics';
import cluster from 'node:cluster';
import { isMainThread } from 'node:worker_threads';
import { pm2Worker } from './hooks/pm2-worker.ts';
import type { PluginEnd } from './plugin.ts';
import type { Finding } from './report/finding.ts';

/**
 * Names the process that collects the metrics of those that it forks, for their start: a first process without Sightline says
 * nothing. Processes further down inherit it, and see that it is not their parent.
 */
const COLLECTOR = '__SIGHTLINE_COLLECTOR_PID';

/**
 * Whose page the metrics of this process, or thread, are on. Those of a cluster's workers and of threads are on the page of the
 * main one, where that has Sightline; workers of pm2 have a page each.
 */
export function pageOwner(): 'self' | 'main' | 'nobody' {
  if (!isMainThread) return 'main';
  if (!cluster.isWorker || pm2Worker() !== undefined) return 'self';
  return process.env[COLLECTOR] === String(process.ppid) ? 'main' : 'nobody';
}

/** Whether a process with Sightline has started this one, or one above it: they are in one container. */
export function isBelowObserved(env: Environment = process.env): boolean {
  const collector = env[COLLECTOR];
  return collector !== undefined && collector !== String(process.pid);
}

/** What to tell of a worker whose metrics nobody collects. */
export const noPageFinding: Finding = {
  code: 'SIGHTLINE_CLUSTER_PAGE',
  severity: 'warn',
  problem:
    'the first process of this cluster does not run Sightline, so that this worker is on no page of metrics',
  expected: 'Sightline in the first process, which has the page of all of them',
  fix: 'start the first process with node --import @sightline/bootstrap/register, or call start() in it before it forks',
};

/**
 * Brings the metrics of all threads of a process, and of all processes of a cluster, on one page. Until there is a thread
 * or a worker nothing is done, and the page is written without a copy.
 *
 * @returns ends it, with a last word to whoever has the page
 */
export function shareMetrics(metrics: Metrics): PluginEnd {
  if (!isMainThread) return serveThreadSnapshots(() => metrics.snapshot());
  return cluster.isWorker && pm2Worker() === undefined
    ? shareWithPrimary(metrics)
    : collectWhenThereAreOthers(metrics);
}

function shareWithPrimary(metrics: Metrics): PluginEnd {
  const threads = threadSource({ own: () => metrics.snapshot() });
  const stopServing = serveClusterSnapshots(() => threads());
  return async () => {
    await stopServing();
    threads.dispose();
  };
}

function collectWhenThereAreOthers(metrics: Metrics): PluginEnd {
  const own = (): ReturnType<Metrics['snapshot']> => metrics.snapshot();
  let threads: PeerSource | undefined;
  let processes: PeerSource | undefined;
  let takeOff: (() => void) | undefined;

  function collect(): void {
    takeOff ??= metrics.addSource(() => (processes ?? threads)?.() ?? own(), { place: 'whole' });
  }

  function onThread(): void {
    threads ??= threadSource({ own });
    collect();
  }

  function onFork(): void {
    processes ??= clusterSource({ own: () => threads?.() ?? own() });
    collect();
  }

  process.env[COLLECTOR] = String(process.pid);
  process.on('worker', onThread);
  cluster.on('fork', onFork);
  return () => {
    delete process.env[COLLECTOR];
    process.off('worker', onThread);
    cluster.off('fork', onFork);
    takeOff?.();
    processes?.dispose();
    threads?.dispose();
  };
}
