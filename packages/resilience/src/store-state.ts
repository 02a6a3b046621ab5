import { errorText } from './cause.ts';
import type { WatchContext } from './watcher.ts';

/** Whether what is behind a limiter or a cache works, told when it changes. */
export interface StoreState {
  /** The state now, in snake case. */
  readonly now: () => string;
  /** A request waits for the store from here on, until `answered`. */
  asking(): void;
  /** @param byStore false when the store was not needed for it after all; default: true */
  answered(byStore?: boolean): void;
  /** @param state what it means for requests: `fail_open` */
  failed(error: unknown, state: string): void;
  /** The store did what it was asked; only after a failure is there anything to do. */
  worked(): void;
  /** Looks whether requests wait for too long; to be called now and then. */
  collect(): void;
  /** Whether nothing has failed for `AWAITS_AFTER_MS`: the next request then shows whether it works. */
  awaitsCall(): boolean;
}

/** How long a store must not fail to be working again [ms]: one that fails now and then is one event, not hundreds. */
const RECOVERED_AFTER_MS = 1000;
/** How long requests wait without any answer from the store until it is said to hang [ms]. */
const HANGS_AFTER_MS = 1000;
const HANGS = 'store_hangs';
/**
 * How long nothing must have failed for it to be unknown, and no longer certain, that it still does [ms]: as long as the kubelet
 * waits from one readiness probe to the next by default. Where requests come, one that does not work fails more often than that.
 */
const AWAITS_AFTER_MS = 10_000;

/**
 * @param healthy what it is called while the store works: `enforcing`
 * @param recovered what is said when it works again
 */
export function createStoreState(
  { nowMs, transition }: WatchContext,
  healthy: string,
  recovered = 'the store answers again',
): StoreState {
  let state = healthy;
  let lastErrorMs = 0;
  /** When it last failed, or was asked while it hangs. */
  let troubleMs = 0;
  let waiting = 0;
  /** When the store last answered, or was asked first after a pause. */
  let progressMs = 0;

  function become(next: string, cause: string): void {
    if (next === state) return;
    transition({ from: state, to: next, cause, health: next === healthy ? 'up' : 'degraded' });
    state = next;
  }

  return {
    now: () => state,
    asking() {
      if (waiting === 0) progressMs = nowMs();
      waiting++;
      if (state === HANGS) troubleMs = nowMs();
    },
    answered(byStore = true) {
      waiting--;
      if (byStore) progressMs = nowMs();
    },
    failed(error, next) {
      lastErrorMs = nowMs();
      troubleMs = lastErrorMs;
      become(next, errorText(error));
    },
    worked() {
      if (state === healthy) return;
      if (state !== HANGS && nowMs() - lastErrorMs < RECOVERED_AFTER_MS) return;
      become(healthy, recovered);
    },
    collect() {
      if (waiting === 0 || state !== healthy) return;
      const waitedMs = nowMs() - progressMs;
      if (waitedMs < HANGS_AFTER_MS) return;
      troubleMs = nowMs();
      become(HANGS, `${waiting} requests wait, and no answer came for ${Math.round(waitedMs)} ms`);
    },
    awaitsCall: () => nowMs() - troubleMs >= AWAITS_AFTER_MS,
  };
}
