import CircuitBreaker from 'opossum';
import type { Sightline } from '@sightline/bootstrap';
import { Problem } from '../service/problem.ts';
import type { Upstream } from '../service/upstream.ts';

/** What an order has to pay. */
export interface ChargeRequest {
  readonly orderId: string;
  readonly amountCents: number;
  readonly card: string;
}

/** Longest wait for the payments [ms]; a customer does not wait longer. */
const TIMEOUT_MS = 1500;
/** How long nobody asks the payments after they were given up on [ms]. */
const RESET_MS = 500;

/** The payments behind a breaker: when nearly every charge of the last second failed, orders are told so at once. */
export function createGuardedPayments(
  payments: Upstream,
  watch: Sightline['watch'],
): { charge(request: ChargeRequest): Promise<unknown> } {
  const breaker = new CircuitBreaker((request: ChargeRequest) => payments.post('/charges', request), {
    timeout: TIMEOUT_MS,
    rollingCountTimeout: 1000,
    volumeThreshold: 12,
    errorThresholdPercentage: 85,
    resetTimeout: RESET_MS,
    rollingPercentilesEnabled: false,
    // A card that is declined says nothing about the payments.
    errorFilter: (error) => error instanceof Problem && error.status < 500,
  });
  watch(breaker, { name: 'payments' });
  return {
    async charge(request) {
      try {
        return await breaker.fire(request);
      } catch (error) {
        throw asProblem(error);
      }
    },
  };
}

function asProblem(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'EOPENBREAKER') return new Problem(503, 'Payments are not available', { cause: error });
  return error.code === 'ETIMEDOUT'
    ? new Problem(504, 'The payments service took too long', { cause: error })
    : error;
}
