import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { RuntimePage } from './runtime-page.ts';

/** The types of Node.js leave out what entries of their kind carry. */
type GcEntry = PerformanceEntry & { readonly detail: { readonly kind: number } };

const kinds: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/**
 * Duration of every garbage collection of this thread's heap.
 *
 * Entries come in batches, one batch a turn of the event loop, and none is kept: what waits is bounded by the
 * collections of one turn.
 *
 * @returns stops it
 */
export function observeGarbageCollection(page: RuntimePage): () => void {
  const duration = page.histogram('v8js_gc_duration_seconds');
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) duration(entry.duration / 1000, kindOf(entry));
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

function kindOf(entry: PerformanceEntry): string {
  const { kind } = (entry as GcEntry).detail;
  // The minor mark-sweep collector, behind a flag of V8, is the only one without a name of its own here.
  return kinds[kind] ?? 'minor';
}
