import { defaultLimits } from '../../limits.ts';
import type { QueryLimits } from '../../limits.ts';
import { nextTurn } from '../../next-turn.ts';
import { QueryError } from '../../query-error.ts';

/** Who asks, and how much the answer may take. */
export interface QueryOptions {
  /** What is not given is the default. */
  readonly limits?: Partial<QueryLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What one query has used, and the end of it when that is too much. */
export interface Budget {
  readonly limits: QueryLimits;
  /** Aborted when the query is over its time or nobody waits for it; for the source of the data. */
  readonly signal: AbortSignal;
  /** Counts spans that were looked at; ends the query when it is over its time or nobody waits for it. */
  spans(count: number): void;
  /** Counts spans that are kept in memory. */
  keep(count: number): void;
  /** Checks how many series there are. */
  series(count: number): void;
  /** Counts values of series that are kept in memory, with or without a span behind them. */
  values(count: number): void;
  /** Lets others work, if it is time for that. */
  pause(): Promise<void>;
  dispose(): void;
}

/** Time that a query may take from everybody else before it lets them work [ms]. */
const sliceMs = 10;
/** Spans between two looks at the clock. */
const spansPerLook = 2_000;

export function createBudget({ limits: given, signal }: QueryOptions): Budget {
  const limits = { ...defaultLimits, ...given };
  const controller = new AbortController();
  const deadlineMs = performance.now() + limits.timeoutMs;
  const abort = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(new Error('timeout')), limits.timeoutMs);
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  let looked = 0;
  let kept = 0;
  let values = 0;
  let sliceStartMs = performance.now();

  function check(): void {
    if (signal?.aborted === true) throw new QueryError('canceled', 'context canceled');
    if (performance.now() >= deadlineMs) throw new QueryError('timeout', 'context deadline exceeded');
  }

  check();
  return {
    limits,
    signal: controller.signal,
    spans(count) {
      looked += count;
      if (looked < spansPerLook) return;
      looked = 0;
      check();
    },
    keep(count) {
      kept += count;
      if (kept > limits.maxSamples)
        throw new QueryError('limit', `query would keep more than ${limits.maxSamples} spans`);
    },
    series(count) {
      if (count > limits.maxSeries) {
        throw new QueryError('limit', `response exceeds maximum series limit of ${limits.maxSeries}`);
      }
    },
    values(count) {
      values += count;
      if (values > limits.maxSamples)
        throw new QueryError('limit', `query would keep more than ${limits.maxSamples} values`);
    },
    async pause() {
      check();
      if (performance.now() - sliceStartMs < sliceMs) return;
      await nextTurn();
      sliceStartMs = performance.now();
      check();
    },
    dispose() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
