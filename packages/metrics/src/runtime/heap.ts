import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { RuntimePage } from './runtime-page.ts';

/**
 * The heap of this thread, by its spaces, and what stands outside of it.
 *
 * @returns brings the numbers up to date
 */
export function observeHeap(page: RuntimePage): () => void {
  const used = page.gauge('v8js_memory_heap_used_bytes');
  const size = page.gauge('v8js_memory_heap_space_size_bytes');
  const available = page.gauge('v8js_memory_heap_space_available_size_bytes');
  const physical = page.gauge('v8js_memory_heap_space_physical_size_bytes');
  const limit = page.gauge('nodejs_heap_size_limit_bytes');
  const external = page.gauge('nodejs_external_memory_bytes');
  return () => {
    for (const space of getHeapSpaceStatistics()) {
      used(space.space_used_size, space.space_name);
      size(space.space_size, space.space_name);
      available(space.space_available_size, space.space_name);
      physical(space.physical_space_size, space.space_name);
    }
    const heap = getHeapStatistics();
    limit(heap.heap_size_limit);
    external(heap.external_memory);
  };
}
