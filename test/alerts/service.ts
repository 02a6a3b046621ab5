/** A service that does what it is told by IPC: hold its event loop up, fill its heap, let go of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getHeapSpaceStatistics } from 'node:v8';
import { sightline } from '@sightline/bootstrap';

/** One order. */
export type WorkerOrder = { readonly blockMs: number } | { readonly heapRatio: number };

const CHUNK_NUMBERS = 10_000;
const CHUNKS = 50;
/** How far below the end every step is followed by a collection, as a share of the heap. */
const COLLECT_FROM = 0.04;
const kept: number[][] = [];

function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

/** Of `--max-old-space-size`, which this process is started with: what grows old must fit into that. */
function heapRatio(): number {
  const old = getHeapSpaceStatistics().filter(
    ({ space_name: name }) => !/^(?:new|read_only|shared)_/.test(name),
  );
  const usedBytes = old.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
  return usedBytes / (Number(process.env['WORKER_HEAP_MEBIBYTES']) * 2 ** 20);
}

/** Numbers that are no small integers take 8 bytes each, on the heap. */
function fill(toRatio: number): void {
  if (toRatio === 0) kept.length = 0;
  while (heapRatio() < toRatio) {
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
      kept.push(Array.from({ length: CHUNK_NUMBERS }, (_none, index) => index + 0.5));
    }
    // What is young counts only when it has grown old. Few collections: V8 gives up when many in a row free little.
    if (heapRatio() > toRatio - COLLECT_FROM) globalThis.gc?.();
  }
}

process.on('message', (order: WorkerOrder) => {
  if ('blockMs' in order) block(order.blockMs);
  else fill(order.heapRatio);
  globalThis.gc?.();
  process.send?.({ heapRatio: heapRatio() });
});

const server = createServer((_request, response) => response.end('done'));
server.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
  });
});
