import { TIME_UP, withinTime } from './aggregation/time-limit.ts';
import type { Problems } from './problems.ts';

/** Brings up to date what is read when the page is. */
export interface Collection {
  /** @returns takes the callback off */
  add(callback: () => void | Promise<void>): () => void;
  /** Runs the callbacks; those who call during a run share the next one, so that nothing is older than their call. */
  collect(): Promise<void>;
  clear(): void;
}

/** Longest wait for the callbacks of one collection [ms]; a tenth of what Prometheus waits for the page. */
const COLLECT_LIMIT_MS = 1000;

/** @param afterCollect called at the end of each collection */
export function createCollection(problems: Problems, afterCollect: (() => void) | undefined): Collection {
  const callbacks = new Set<() => void | Promise<void>>();
  const pending = new WeakSet<() => void | Promise<void>>();
  let collecting: Promise<void> | undefined;
  let following: Promise<void> | undefined;

  async function run(callback: () => void | Promise<void>): Promise<void> {
    // One that has not come back since the last page is not called again: each call would leave a promise behind.
    if (pending.has(callback)) return;
    pending.add(callback);
    try {
      await callback();
    } catch (cause) {
      problems.once(
        'collect',
        'SIGHTLINE_METRIC',
        {
          problem: 'a callback that brings gauges up to date failed',
          expected: 'a callback that ends without an error',
          fix: 'catch its errors; what it would have set keeps its last value',
        },
        cause,
      );
    } finally {
      pending.delete(callback);
    }
  }

  async function collectAll(): Promise<void> {
    const running = Promise.all(Array.from(callbacks, run));
    if ((await withinTime(running, COLLECT_LIMIT_MS)) === TIME_UP) {
      problems.once('collect late', 'SIGHTLINE_METRIC', {
        problem: `a callback that brings gauges up to date takes longer than ${COLLECT_LIMIT_MS} ms`,
        expected: 'a callback that ends soon',
        fix: 'let it read what is known already; the page does not wait for it',
      });
    }
    afterCollect?.();
  }

  function begin(): Promise<void> {
    following = undefined;
    collecting = collectAll().finally(() => (collecting = undefined));
    return collecting;
  }

  return {
    add(callback) {
      // One of its own for each call, so that the same one can be given twice and taken off once.
      const added = (): void | Promise<void> => callback();
      callbacks.add(added);
      return () => void callbacks.delete(added);
    },
    collect() {
      if (collecting === undefined) return begin();
      following ??= collecting.then(begin);
      return following;
    },
    clear: () => callbacks.clear(),
  };
}
