import type { Cluster } from 'node:cluster';

let found: Cluster | undefined;

/** Whether this process is of a cluster, whose processes all write to the same standard output. */
export function sharesStreams(): boolean {
  // Not imported: few services have one, and what it is made of takes milliseconds of a start.
  // It is the module itself, whatever its type says.
  found ??= process.getBuiltinModule('node:cluster') as unknown as Cluster;
  return found.isWorker || Object.keys(found.workers ?? {}).length > 0;
}
