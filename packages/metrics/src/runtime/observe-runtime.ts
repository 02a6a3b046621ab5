import { isMainThread } from 'node:worker_threads';
import type { Registry } from '../family.ts';
import { observeActiveResources } from './active-resources.ts';
import { observeEventLoop } from './event-loop.ts';
import { observeGarbageCollection } from './garbage-collection.ts';
import { observeHeap } from './heap.ts';
import type { ProcessFiles } from './process-files.ts';
import { observeProcess } from './process-numbers.ts';
import { createRuntimePage } from './runtime-page.ts';

export interface RuntimeOptions {
  /**
   * `thread`: event loop, garbage collection, heap and active resources; `process`: those and what the operating system
   * knows of the process. Default: `process` on the main thread, `thread` on any other, so that nothing counts twice.
   */
  readonly scope?: 'process' | 'thread';
  /** Where open files and virtual memory are read. Default: the proc file system; without one they are absent. */
  readonly processFiles?: ProcessFiles;
}

/**
 * Registers and keeps up to date the runtime and process metrics of the catalogue. Everything is read when the registry
 * is collected; nothing keeps the process alive.
 *
 * A restart shows in `process_start_time_seconds`, and that every counter begins at 0 again.
 *
 * @param registry observed once: a second time would count what the first counts already
 * @returns ends it: no probe, observer or callback stays, and the metrics leave the page
 */
export function observeRuntime(registry: Registry, options: RuntimeOptions = {}): () => void {
  const scope = options.scope ?? (isMainThread ? 'process' : 'thread');
  const page = createRuntimePage(registry);
  const eventLoop = observeEventLoop(page);
  const stopGarbageCollection = observeGarbageCollection(page);
  const heap = observeHeap(page);
  const activeResources = observeActiveResources(page);
  const processNumbers = scope === 'process' ? observeProcess(page, options.processFiles) : undefined;

  const stopCollecting = registry.onCollect(() => {
    eventLoop.collect();
    heap();
    activeResources();
    return processNumbers?.();
  });

  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    stopCollecting();
    stopGarbageCollection();
    eventLoop.stop();
    page.clear();
  };
}
