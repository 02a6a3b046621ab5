import { clusterSource, serveClusterSnapshots, serveThreadSnapshots, threadSource } from '@sightline/metrics';
import type { Metrics, PeerSource } from '@sightline/metrics';
import cluster from 'node:cluster';
import { isMainThread } from 'node:worker_threads';
import type { PluginEnd } from './plugin.ts';

/** Whether this process, or thread, has a page of its own; those of a cluster's workers and of threads go to the main one. */
export function hasOwnPage(): boolean {
  return isMainThread && !cluster.isWorker;
}

/**
 * Brings the metrics of all threads of a process, and of all processes of a cluster, on one page. Until there is a thread
 * or a worker nothing is done, and the page is written without a copy.
 *
 * @returns ends it, with a last word to whoever has the page
 */
export function shareMetrics(metrics: Metrics): PluginEnd {
  if (!isMainThread) return serveThreadSnapshots(() => metrics.snapshot());
  return cluster.isWorker ? shareWithPrimary(metrics) : collectWhenThereAreOthers(metrics);
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

  process.on('worker', onThread);
  cluster.on('fork', onFork);
  return () => {
    process.off('worker', onThread);
    cluster.off('fork', onFork);
    takeOff?.();
    processes?.dispose();
    threads?.dispose();
  };
}
