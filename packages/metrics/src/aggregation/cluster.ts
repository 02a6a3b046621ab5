import cluster, { type Worker } from 'node:cluster';
import type { FamilySnapshot } from '../family.ts';
import { type Message, messages } from './messages.ts';
import { peerSource, type PeerSource, type PeerSourceOptions } from './peer-source.ts';
import { createSnapshotServer } from './snapshot-server.ts';

/**
 * What all workers of a cluster have, for the primary's page: workers share their listening sockets, so that a scrape of
 * theirs would reach any one of them.
 *
 * A worker that does not answer in time keeps its last counters; one that ended leaves its counters and histograms
 * behind, so that no total falls when a worker is replaced. What a worker counted between its last answer and its death
 * is lost, unless it was stopped with what `serveClusterSnapshots` returns. Workers that never call that are asked once, at
 * the call of this, and not for pages.
 *
 * Call it once, in the primary, best before the first fork.
 */
export function clusterSource(options: PeerSourceOptions = {}): PeerSource {
  return peerSource('worker', options, ask, (collector) => {
    const receive = (worker: Worker, message: unknown): void => collector.receive(worker.id, message);
    // Not `exit`, after which messages may still come in.
    const gone = (worker: Worker): void => collector.gone(worker.id);
    cluster.on('message', receive);
    cluster.on('disconnect', gone);
    return () => {
      cluster.off('message', receive);
      cluster.off('disconnect', gone);
    };
  });
}

/** @param peers the workers that answer: what others make of a message that they do not know may be their end */
function ask(message: Message, peers?: ReadonlySet<number>): void {
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (worker === undefined || (peers && !peers.has(worker.id))) continue;
    // The callback takes the error of a worker that is just going away.
    if (worker.isConnected()) worker.send(message, () => {});
  }
}

/**
 * Answers the primary's questions for this worker's metrics. Outside of a cluster's worker it does nothing.
 *
 * @param snapshot what this worker has
 * @returns stops it: sends a last snapshot first, and resolves when that has left; await it before the worker exits
 */
export function serveClusterSnapshots(
  snapshot: () => Promise<readonly FamilySnapshot[]>,
): () => Promise<void> {
  if (!cluster.isWorker || process.send === undefined) return () => Promise.resolve();
  let sent: Promise<void> = Promise.resolve();

  const server = createSnapshotServer(snapshot, (message) => {
    // The callback takes the error of a primary that has gone.
    sent = new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
  });
  process.on('message', server.receive);
  process.send(messages.hello(), undefined, undefined, () => {});

  return async () => {
    await server.farewell();
    process.off('message', server.receive);
    // Messages leave in their order: the last one takes the others along.
    await sent;
  };
}
