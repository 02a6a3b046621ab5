import { types } from 'node:util';
import { errorText } from '../cause.ts';
import type { BreakerOutcome, BreakerRecord } from './breaker-record.ts';
import type { OpossumBreaker } from './opossum-shape.ts';

/**
 * Follows calls and changes of the state by what opossum emits.
 *
 * - A call that times out emits `timeout` and then `failure`, one that finds the semaphore full `semaphoreLocked` and then
 *   `failure`, both with the same error: it is one call.
 * - An error that the `errorFilter` lets pass comes as the result of a `success`. So does an error that an action gives
 *   back without throwing; the two cannot be told apart.
 * - `fallback` follows its `failure` or `reject` before any other code has its turn, so what a call ended as is settled
 *   in a microtask, and so is what a change of the state came from.
 *
 * @returns takes the listeners off
 */
export function followCalls(
  breaker: OpossumBreaker,
  record: BreakerRecord,
): (breaker: OpossumBreaker) => void {
  /** The error that opossum itself made last, and what it stands for. */
  let ownError: unknown;
  let ownOutcome: 'timeout' | 'rejected' = 'timeout';
  /** The call that has ended in an error and may still get its fallback. */
  let unsettled: BreakerOutcome | undefined;
  let unsettledError: unknown;
  /** What just happened, for a change of the state that comes from it. */
  let because: string | undefined;
  let lastFailure: unknown;

  function settle(): void {
    because = undefined;
    lastFailure = undefined;
    if (unsettled === undefined) return;
    record.call(unsettled);
    unsettled = undefined;
    unsettledError = undefined;
  }

  function ended(outcome: BreakerOutcome, error: unknown): void {
    settle();
    unsettled = outcome;
    unsettledError = error;
    record.decided(outcome);
    queueMicrotask(settle);
  }

  /** What an error stands for, where opossum itself made it. */
  function outcomeOf(
    error: unknown,
    otherwise: 'failure' | 'ignored',
  ): BreakerOutcome & ('timeout' | 'rejected' | 'failure' | 'ignored') {
    if (ownError === undefined || error !== ownError) return otherwise;
    ownError = undefined;
    return ownOutcome;
  }

  const listeners = {
    timeout(error: unknown) {
      ownError = error;
      ownOutcome = 'timeout';
    },
    semaphoreLocked(error: unknown) {
      ownError = error;
      ownOutcome = 'rejected';
    },
    failure(error: unknown, durationMs: number) {
      const outcome = outcomeOf(error, 'failure');
      if (outcome !== 'rejected') record.run(outcome, durationMs);
      ended(outcome, error);
      lastFailure = error;
    },
    reject(error: unknown) {
      ended('rejected', error);
    },
    fallback(_result: unknown, error: unknown) {
      if (unsettled === undefined || error !== unsettledError) return;
      unsettled = 'fallback';
      record.decided('fallback');
      settle();
    },
    healthCheckFailed(error: unknown) {
      because = `its health check failed: ${errorText(error)}`;
      queueMicrotask(settle);
    },
    open() {
      if (lastFailure === undefined) return follow('open', because ?? 'opened by hand');
      const what = errorText(lastFailure);
      const isProbe = record.state() === 'half_open';
      follow('open', isProbe ? `the probe failed: ${what}` : `too many failures, the last one: ${what}`);
    },
    halfOpen(resetTimeoutMs: unknown) {
      follow('half_open', `a probe is let through after ${String(resetTimeoutMs)} ms`);
    },
    close() {
      follow('closed', because ?? 'closed by hand');
    },
  };

  /** Opossum closes in a listener of its own, so this one has to be before it. */
  function success(result: unknown, durationMs: number): void {
    if (record.state() === 'half_open') {
      because = 'the probe succeeded';
      queueMicrotask(settle);
    }
    if (!types.isNativeError(result)) {
      record.call('success');
      record.run('success', durationMs);
      return;
    }
    const outcome = outcomeOf(result, 'ignored');
    record.decided(outcome);
    record.call(outcome);
    if (outcome !== 'rejected') record.run(outcome, durationMs);
  }

  /** What happens to a breaker that is switched off changes nothing for its calls. */
  function follow(to: 'open' | 'half_open' | 'closed', cause: string): void {
    if (record.state() !== 'disabled' && record.state() !== 'isolated') record.move(to, cause);
  }

  const all = Object.entries(listeners) as unknown as [string, () => void][];
  for (const [event, listener] of all) breaker.on(event, listener);
  breaker.prependListener('success', success);
  return (it) => {
    for (const [event, listener] of all) it.off(event, listener);
    it.off('success', success);
    settle();
  };
}
