import { secondsOf } from '../seconds.ts';
import { createStoreState } from '../store-state.ts';
import { activeTraceRef } from '../trace-ref.ts';
import type { WatchContext } from '../watcher.ts';
import { createOffenders } from './offenders.ts';

/** What becomes of requests while the store of a limiter fails. */
type StoreFallback = 'insured' | 'fail_open' | 'fail_closed';
/** How code changes what is counted for a key. */
export type LimiterChange = 'penalty' | 'reward' | 'block' | 'set' | 'delete';

/** Counts what one rate limiter decides. No method throws. */
export interface LimiterMeter {
  /** @param remainingRatio what is left of the limit, 0–1; undefined where it is not known */
  allowed(remainingRatio: number | undefined): void;
  /**
   * @param key whose request it was; it is shown hashed, and nowhere but on `/status`
   * @param waitMs how long until it may come again [ms]; what is not above 0 and finite is not known
   */
  limited(key: unknown, waitMs: number | undefined): void;
  skipped(): void;
  /** A request that the limiter could not decide on. */
  undecided(outcome: 'fail_open' | 'fail_closed'): void;
  /** What one rule said about a request; by the place of the rule. */
  rule(at: number, isLimited: boolean): void;
  changed(change: LimiterChange): void;
  /** A request waits for the store from here on, until `answered`. */
  asking(): void;
  /** @param byStore false when the limiter knew the answer without it; default: true */
  answered(byStore?: boolean): void;
  storeFailed(error: unknown, fallback: StoreFallback): void;
  /** The store works; only after a failure is there anything to do. */
  storeWorked(): void;
  /** Looks whether requests wait for the store for too long. */
  collect(): void;
  /** Whether only the next request can show that the store works. */
  awaitsCall(): boolean;
  status(): Readonly<Record<string, unknown>>;
}

export interface LimiterMeterSetup {
  /** By their names, in order. */
  readonly rules: readonly string[];
  /** How code can change what it counts. */
  readonly changes?: readonly LimiterChange[];
  /** False for a limiter that counts in its own memory, which cannot fail. */
  readonly hasStore: boolean;
}

/** What is longer is for ever [ms]: some say so with the largest number there is. */
const FOREVER_MS = 10 * 365 * 86_400_000;
/** Offenders on `/status`. */
const TOP = 10;

export function createLimiterMeter(
  context: WatchContext,
  { rules, changes = [], hasStore }: LimiterMeterSetup,
): LimiterMeter {
  const decision = (name: string) => context.counter('rate_limit_requests_total', name);
  const series = {
    allowed: decision('allowed'),
    limited: decision('limited'),
    skipped: decision('skipped'),
    fail_open: decision('fail_open'),
    fail_closed: decision('fail_closed'),
  };
  const counts = { allowed: 0, limited: 0, skipped: 0, fail_open: 0, fail_closed: 0 };
  const ruleSeries = rules.map((name) => ({
    allowed: context.counter('rate_limit_rule_requests_total', name, 'allowed'),
    limited: context.counter('rate_limit_rule_requests_total', name, 'limited'),
  }));
  const changeSeries = new Map(
    changes.map((change) => [change, context.counter('rate_limit_changes_total', change)]),
  );
  const remainingShare = context.histogram('rate_limit_remaining_share');
  const blockDuration = context.histogram('rate_limit_block_duration_seconds');
  const storeErrors = context.counter('rate_limit_store_errors_total');
  const offenders = createOffenders();

  const store = createStoreState(context, 'enforcing');

  return {
    allowed(remainingRatio) {
      counts.allowed++;
      series.allowed.add(1);
      if (remainingRatio !== undefined) remainingShare.observe(share(remainingRatio));
    },
    limited(key, waitMs) {
      counts.limited++;
      series.limited.add(1, activeTraceRef());
      remainingShare.observe(0);
      if (waitMs !== undefined && waitMs >= 0 && waitMs < FOREVER_MS)
        blockDuration.observe(secondsOf(waitMs));
      if (typeof key === 'string' || typeof key === 'number') offenders.add(`${key}`);
      context.decided('limited');
    },
    skipped() {
      counts.skipped++;
      series.skipped.add(1);
    },
    undecided(outcome) {
      counts[outcome]++;
      series[outcome].add(1, activeTraceRef());
      context.decided(outcome);
    },
    rule(at, isLimited) {
      const rule = ruleSeries[at];
      if (isLimited) rule?.limited.add(1);
      else rule?.allowed.add(1);
    },
    changed(change) {
      changeSeries.get(change)?.add(1);
    },
    asking() {
      if (hasStore) store.asking();
    },
    answered(byStore) {
      if (hasStore) store.answered(byStore);
    },
    storeFailed(error, fallback) {
      storeErrors.add(1, activeTraceRef());
      store.failed(error, fallback);
    },
    storeWorked: () => store.worked(),
    collect: () => store.collect(),
    awaitsCall: store.awaitsCall,
    status() {
      return {
        rules,
        store: hasStore ? store.now() : 'none',
        decisions: { ...counts },
        offenders: offenders.top(TOP),
      };
    },
  };
}

function share(ratio: number): number {
  return ratio >= 1 ? 1 : ratio > 0 ? ratio : 0;
}
