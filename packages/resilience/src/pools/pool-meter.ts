import { secondsOf } from '../seconds.ts';
import { createStoreState } from '../store-state.ts';
import { activeTraceRef } from '../trace-ref.ts';
import type { WatchContext } from '../watcher.ts';
import { createLoans } from './loans.ts';
import type { ResolvedPoolWatchOptions } from './pool-options.ts';

/** What a pool holds, as it says itself. */
export interface PoolNumbers {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
  /** Undefined where there is none, or none is known. */
  readonly limit?: number | undefined;
}

/** Measures one pool. No method throws. */
export interface PoolMeter {
  readonly nowMs: () => number;
  readonly keepSites: boolean;
  /** A request got what it wanted. */
  acquired(resource: unknown, startMs: number, site: string | undefined): void;
  /** A request got nothing. */
  refused(error: unknown, startMs: number): void;
  /** A connection could not be made; who waits for it may still get another. */
  failed(error: unknown): void;
  returned(resource: unknown): void;
  collect(numbers: PoolNumbers): void;
  /** Whether only the next request can show that connections can be had again. */
  awaitsCall(): boolean;
  status(numbers: PoolNumbers): Readonly<Record<string, unknown>>;
}

export function createPoolMeter(
  context: WatchContext,
  { overdueAfterMs, keepSites }: ResolvedPoolWatchOptions,
): PoolMeter {
  const { nowMs } = context;
  const waits = context.histogram('pool_wait_duration_seconds');
  const uses = context.histogram('pool_use_duration_seconds');
  const timeouts = context.counter('pool_timeouts_total');
  const errors = context.counter('pool_errors_total');
  const leaks = context.counter('pool_leaks_total');
  const overdue = context.gauge('pool_overdue_connections');
  const collectNumbers = createPoolGauges(context);
  const state = createStoreState(context, 'available', 'connections can be had again');
  const counts = { acquired: 0, timeouts: 0, errors: 0, leaks: 0 };
  const loans = createLoans(overdueAfterMs, ({ heldMs, site }) => {
    counts.leaks++;
    leaks.add(1);
    const where = site === undefined ? '' : `, taken at ${site}`;
    context.transition({
      from: undefined,
      to: 'connection_overdue',
      cause: `a connection is out of the pool for ${Math.round(secondsOf(heldMs))} s${where}`,
    });
  });
  overdue.set(0);

  function failed(error: unknown): void {
    counts.errors++;
    errors.add(1, activeTraceRef());
    state.failed(error, 'unavailable');
  }

  return {
    nowMs,
    keepSites,
    acquired(resource, startMs, site) {
      const atMs = nowMs();
      counts.acquired++;
      waits.observe(secondsOf(atMs - startMs), activeTraceRef());
      loans.lent(resource, atMs, site);
      state.worked();
    },
    refused(error, startMs) {
      if (!isTimeout(error)) return failed(error);
      counts.timeouts++;
      waits.observe(secondsOf(nowMs() - startMs), activeTraceRef());
      timeouts.add(1, activeTraceRef());
      context.decided('timeout');
      state.failed(error, 'exhausted');
    },
    failed,
    returned(resource) {
      const heldMs = loans.returned(resource, nowMs());
      if (heldMs !== undefined) uses.observe(secondsOf(heldMs));
    },
    collect(numbers) {
      collectNumbers(numbers);
      overdue.set(loans.overdueCount(nowMs()));
    },
    awaitsCall: state.awaitsCall,
    status: (numbers) => ({
      ...numbers,
      state: state.now(),
      overdue: loans.overdueCount(nowMs()),
      ...counts,
    }),
  };
}

/** What of a pool can only be looked at. */
export function createPoolGauges(context: WatchContext): (numbers: PoolNumbers) => void {
  const usedGauge = context.gauge('pool_connections', 'used');
  const idleGauge = context.gauge('pool_connections', 'idle');
  const waitingGauge = context.gauge('pool_waiting_requests');
  let limitGauge: ReturnType<WatchContext['gauge']> | undefined;
  return function collectNumbers({ used, idle, waiting, limit }) {
    usedGauge.set(used);
    idleGauge.set(idle);
    waitingGauge.set(waiting);
    if (limit === undefined) return;
    limitGauge ??= context.gauge('pool_limit_connections');
    limitGauge.set(limit);
  };
}

/** Each pool has an error of its own for it; pg has a plain one with a message. */
function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /timeout/i.test(error.name) ||
    /timeouterror/i.test(error.constructor.name) ||
    /timeout|timed out/i.test(error.message)
  );
}
