import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';
import type { Worker } from 'node:worker_threads';

/** Shared by a thread and all that it starts. Versioned by its shape. */
const BOARD = 'sightline.thread-spans.1';
/** A place for each thread; of those that run at the same time, so many have one of their own. */
const PLACES = 1024;

/**
 * A thread says here how many spans it still has to send, where the thread that started it can read that when it has been terminated:
 * `terminate()` runs nothing in it any more.
 *
 * @returns to be told each number; undefined in the main thread
 */
export function tellWaitingSpans(): ((spans: number) => void) | undefined {
  const board = isMainThread ? undefined : boardOf(getEnvironmentData(BOARD));
  if (board === undefined) return undefined;
  const place = threadId % PLACES;
  return (spans) => void Atomics.store(board, place, spans);
}

/**
 * Tells of spans that were lost with a thread of this one. To be called before the thread is started.
 *
 * @returns looks no more
 */
export function watchThreadLosses(onLost: (spans: number) => void): () => void {
  const board =
    boardOf(getEnvironmentData(BOARD)) ??
    new Int32Array(new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT));
  setEnvironmentData(BOARD, board.buffer);
  const watch = (worker: Worker): void => {
    const place = worker.threadId % PLACES;
    worker.once('exit', () => {
      const spans = Atomics.exchange(board, place, 0);
      if (spans > 0) onLost(spans);
    });
  };
  process.on('worker', watch);
  return () => {
    process.off('worker', watch);
  };
}

function boardOf(data: unknown): Int32Array<SharedArrayBuffer> | undefined {
  return data instanceof SharedArrayBuffer ? new Int32Array(data) : undefined;
}
