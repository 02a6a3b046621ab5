import type { CounterSeries } from '../sinks.ts';

/** Keeps count of what a cache lets go of, from nothing but what is put in, what is deleted and how many there are. */
export interface Ledger {
  /** Brings it up to date: what is missing went for this reason. */
  settle(size: number, reason: 'size' | 'age'): void;
  added(count: number): void;
  /** Taken out by the code. */
  deleted(count: number): void;
  /** Entries that may go away without being counted: the place of a load that came to nothing. */
  forgive(count: number): void;
  /** What is there is what is there: after something that says not what it did. */
  reset(size: number): void;
}

export interface LedgerSeries {
  readonly size: CounterSeries;
  readonly age: CounterSeries;
  readonly deleted: CounterSeries;
}

/**
 * What went in and did not go out is there. So the difference is what the cache let go of by itself, whenever that was;
 * it needs no hook of the cache for that, and `dispose` stays with whoever has set it.
 *
 * @param size entries at the start
 */
export function createLedger(size: number, series: LedgerSeries): Ledger {
  let held = size;
  let forgiven = 0;
  return {
    settle(now, reason) {
      const missing = held - now;
      held = now;
      if (missing <= 0) return;
      const counted = missing - Math.min(missing, forgiven);
      forgiven -= missing - counted;
      if (counted > 0) series[reason].add(counted);
    },
    added(count) {
      held += count;
    },
    deleted(count) {
      held -= count;
      if (count > 0) series.deleted.add(count);
    },
    forgive(count) {
      forgiven = Math.max(0, forgiven + count);
    },
    reset(now) {
      held = now;
      forgiven = 0;
    },
  };
}
