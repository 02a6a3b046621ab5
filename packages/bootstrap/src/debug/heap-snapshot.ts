import { getHeapSnapshot } from 'node:v8';
import type { Readable } from 'node:stream';
import { paths } from '@sightline/conventions';
import { text } from '../admin/answers.ts';
import type { AdminRoute } from '../admin/route.ts';
import { downloadHeaders, offRoute } from './download.ts';

/**
 * `/debug/heapsnapshot`: everything that is in the heap, to be opened in DevTools. The process stands still while it is
 * taken, a second or more for each 100 MB, and needs as much memory again. What it holds is not censored.
 *
 * @param isOn whether it was asked for at the start; else it answers how to
 */
export function heapSnapshotRoute(isOn: boolean, take: () => Readable = getHeapSnapshot): AdminRoute {
  let running = false;
  const { path } = paths.heapSnapshot;
  if (!isOn) return offRoute(path, 'heapsnapshot');

  async function* parts(signal: AbortSignal): AsyncGenerator<string | Uint8Array> {
    // Taken when it is asked for: nothing has to be let go of when nobody asks.
    if (running) throw new Error('a snapshot is being taken already');
    running = true;
    try {
      const stream = take();
      const stop = (): void => void stream.destroy();
      signal.addEventListener('abort', stop, { once: true });
      try {
        yield* stream as AsyncIterable<string | Uint8Array>;
      } finally {
        signal.removeEventListener('abort', stop);
        stream.destroy();
      }
    } finally {
      running = false;
    }
  }

  return {
    path,
    methods: ['GET'],
    access: 'guarded',
    help: 'A snapshot of the heap, secrets included. The process stands still meanwhile, for seconds, and needs twice the memory.',
    handle({ method, signal }) {
      const headers = downloadHeaders('heapsnapshot');
      if (method === 'HEAD') return { status: 200, headers };
      if (running) return text(409, 'A snapshot is being taken already; ask again when it is done.');
      return { status: 200, headers, body: parts(signal) };
    },
  };
}
