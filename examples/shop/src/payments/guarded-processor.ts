import {
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  isBrokenCircuitError,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { Sightline } from '@sightline/bootstrap';
import { Problem } from '../service/problem.ts';
import type { CardProcessor } from './card-processor.ts';

/** Charges that the processor takes at a time, and those that wait for it. */
const AT_A_TIME = 24;
const WAITING = 24;
/** Failures in a row after which the processor is left alone, and for how long [ms]. */
const FAILURES = 12;
const LEFT_ALONE_MS = 800;
/** Longest wait for the processor [ms]. */
const TIMEOUT_MS = 1200;

/** The same processor, with no more charges at a time than it takes, and left alone while it is down. */
export function guardProcessor(processor: CardProcessor, watch: Sightline['watch']): CardProcessor {
  const policy = wrap(
    bulkhead(AT_A_TIME, WAITING),
    circuitBreaker(handleAll, { halfOpenAfter: LEFT_ALONE_MS, breaker: new ConsecutiveBreaker(FAILURES) }),
    timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive),
  );
  watch(policy, { name: 'processor' });
  return {
    async charge(card, amountCents) {
      try {
        return await policy.execute(() => processor.charge(card, amountCents));
      } catch (error) {
        throw asProblem(error);
      }
    },
    suffer: (incident) => processor.suffer(incident),
  };
}

function asProblem(error: unknown): unknown {
  if (error instanceof BulkheadRejectedError) return new Problem(503, 'Too many charges', { cause: error });
  if (isBrokenCircuitError(error)) return new Problem(503, 'The card processor is down', { cause: error });
  if (error instanceof TaskCancelledError)
    return new Problem(504, 'The card processor took too long', { cause: error });
  return error;
}
