import type { QueryLimits } from '../limits.ts';
import { nextTurn } from '../next-turn.ts';
import { QueryError } from '../query-error.ts';

/** Time that a query may take from everybody else before it lets them work [ms]. */
const sliceMs = 10;

/** What one query has used, and the end of it when that is too much. */
export interface Budget {
  /** Aborted when the query is over its time or nobody waits for it; for the source of the data. */
  readonly signal: AbortSignal;
  /** Samples in memory. */
  readonly samples: number;
  /** Counts samples that come into memory. */
  take(samples: number): void;
  /** Counts text that the query makes for labels [UTF-16 units]; it does not go back. */
  write(length: number): void;
  /** Sets the count back to what it was, once parts have gone. */
  reset(samples: number): void;
  /**
   * Counts work, and says from time to time that it is time for a pause.
   *
   * @param work samples or cells looked at since the last call
   */
  spent(work: number): boolean;
  /** Lets others work; ends the query when it is over its time or nobody waits for it. */
  pause(): Promise<void>;
  /** Ends the query when it has to. */
  check(): void;
  dispose(): void;
}

/** Work between two looks at the clock [samples]: some tenth of a millisecond. */
const workPerLook = 20_000;

/** Most text that one query makes for labels [UTF-16 units]. */
const maxText = 134_217_728;

export function createBudget(limits: QueryLimits, signal: AbortSignal | undefined): Budget {
  const controller = new AbortController();
  const deadlineMs = performance.now() + limits.timeoutMs;
  const abort = (): void => controller.abort(signal?.reason);
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(new Error('timeout'));
  }, limits.timeoutMs);
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  let samples = 0;
  let text = 0;
  let work = 0;
  let sliceStartMs = performance.now();

  const check = (): void => {
    if (signal?.aborted === true)
      throw new QueryError('canceled', 'query was canceled in expression evaluation');
    if (isOver || performance.now() >= deadlineMs)
      throw new QueryError('timeout', 'query timed out in expression evaluation');
  };

  return {
    signal: controller.signal,
    get samples() {
      return samples;
    },
    take(count) {
      samples += count;
      if (samples > limits.maxSamples) {
        throw new QueryError(
          'limit',
          'query processing would load too many samples into memory in expression evaluation',
        );
      }
    },
    write(length) {
      text += length;
      if (text > maxText)
        throw new QueryError('limit', `query would make more than ${maxText} characters of labels`);
    },
    reset(count) {
      samples = count;
    },
    spent(count) {
      work += count;
      if (work < workPerLook) return false;
      work = 0;
      return performance.now() - sliceStartMs >= sliceMs;
    },
    async pause() {
      check();
      await nextTurn();
      sliceStartMs = performance.now();
      check();
    },
    check,
    dispose() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
