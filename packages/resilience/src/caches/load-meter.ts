import { secondsOf } from '../seconds.ts';
import { activeTraceRef } from '../trace-ref.ts';
import type { WatchContext } from '../watcher.ts';

/** Measures how a cache comes to what it does not have. */
export interface LoadMeter {
  /** @returns ends the load; again does nothing */
  begin(): (isSuccess: boolean) => void;
  /** A load that was over at once [ms]. */
  took(durationMs: number): void;
  /** A load of what is being loaded already. */
  overlapped(): void;
  /** Somebody waits for a load that is under way. */
  shared(): void;
  readonly activeCount: () => number;
}

export function createLoadMeter(context: WatchContext): LoadMeter {
  const { nowMs } = context;
  const success = context.histogram('cache_load_duration_seconds', 'success');
  const failure = context.histogram('cache_load_duration_seconds', 'failure');
  const active = context.gauge('cache_active_loads');
  const overlapping = context.counter('cache_overlapping_loads_total');
  const shared = context.counter('cache_shared_loads_total');
  let activeCount = 0;
  active.set(0);

  return {
    begin() {
      const startMs = nowMs();
      const trace = activeTraceRef();
      let isOver = false;
      active.set(++activeCount);
      return function end(isSuccess) {
        if (isOver) return;
        isOver = true;
        active.set(--activeCount);
        (isSuccess ? success : failure).observe(secondsOf(nowMs() - startMs), trace);
      };
    },
    took: (durationMs) => success.observe(secondsOf(durationMs), activeTraceRef()),
    overlapped: () => overlapping.add(1),
    shared: () => shared.add(1),
    activeCount: () => activeCount,
  };
}
