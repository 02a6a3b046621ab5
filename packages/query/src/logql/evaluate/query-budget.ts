import type { QueryLimits } from '../../limits.ts';
import { nextTurn } from '../../next-turn.ts';
import { QueryError } from '../../query-error.ts';
import type { LabelPair } from '../pipeline/stream-labels.ts';

/** Lines between two looks at the clock. */
const linesPerLook = 8;

/** Time that a query may take from everybody else before it lets them work [ms]. */
const sliceMs = 10;

/** What a label takes beside its text, and how much text a sample is. */
const samplesPerLabel = 8;
const charactersPerSample = 8;

/** What one query has used, and the end of it when that is too much. */
export interface QueryBudget {
  /** Aborted when the query is over its time or nobody waits for it; for the source of the lines. */
  readonly signal: AbortSignal;
  readonly limits: QueryLimits;
  /** Counts a line that was read. True from time to time: then it is time for `pause`. */
  read(length: number): boolean;
  /** Counts samples that come into memory, or with a number below zero leave it. */
  hold(samples: number): void;
  /** Counts labels that stay in memory to the end, as the samples that take as much room. */
  keep(labels: readonly LabelPair[]): void;
  /** Ends the query when it has to; lets others work when it has long had its turn. */
  pause(): Promise<void> | undefined;
  dispose(): void;
}

export function createQueryBudget(limits: QueryLimits, outer: AbortSignal | undefined): QueryBudget {
  const controller = new AbortController();
  const deadlineMs = performance.now() + limits.timeoutMs;
  const cancel = (): void => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error('timeout')), limits.timeoutMs);
  if (outer?.aborted === true) cancel();
  else outer?.addEventListener('abort', cancel, { once: true });
  let lines = 0;
  let bytes = 0;
  let samples = 0;
  let sliceStartMs = performance.now();

  function check(): number {
    const nowMs = performance.now();
    if (outer?.aborted === true) throw new QueryError('canceled', 'query was canceled');
    if (nowMs >= deadlineMs)
      throw new QueryError('timeout', `query timed out (limit: ${limits.timeoutMs} ms)`);
    return nowMs;
  }

  function hold(count: number): void {
    samples += count;
    if (samples > limits.maxSamples) {
      throw new QueryError(
        'limit',
        `query would hold too many samples in memory (limit: ${limits.maxSamples})`,
      );
    }
  }

  async function takeTurn(): Promise<void> {
    await nextTurn();
    sliceStartMs = check();
  }

  return {
    signal: controller.signal,
    limits,
    read(length) {
      lines += 1;
      bytes += length;
      if (bytes > limits.maxBytes) {
        throw new QueryError('limit', `query would read too many bytes (limit: ${limits.maxBytes} bytes)`);
      }
      return lines % linesPerLook === 0 || length > 65_536;
    },
    hold,
    keep(labels) {
      let text = 0;
      for (const [name, value] of labels) text += name.length + value.length;
      hold(labels.length * samplesPerLabel + Math.ceil(text / charactersPerSample));
    },
    pause() {
      const nowMs = check();
      if (nowMs - sliceStartMs < sliceMs) return undefined;
      return takeTurn();
    },
    dispose() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
  };
}
