import { secondsOf } from '../seconds.ts';
import type { Watcher } from '../watcher.ts';
import { createBreakerRecord } from './breaker-record.ts';
import { followByHand } from './opossum-by-hand.ts';
import { followCalls } from './opossum-calls.ts';
import { isOpossumBreaker, type OpossumBreaker, resetTimeoutMs, stateOf } from './opossum-shape.ts';

/**
 * Breakers of opossum.
 *
 * A breaker that was shut down is `isolated`, as it rejects everything; one that was disabled is `disabled`, as it lets
 * everything through. What opossum answers from its cache is no call: nothing was asked of what is guarded.
 */
export const opossumBreaker: Watcher<OpossumBreaker> = {
  kind: 'circuit_breaker',
  supports: 'CircuitBreaker of opossum',
  contributesHealth: true,
  recognises: isOpossumBreaker,
  watch(breaker, context) {
    const record = createBreakerRecord(context, {
      states: ['closed', 'open', 'half_open', 'isolated', 'disabled'],
      outcomes: ['success', 'failure', 'timeout', 'rejected', 'fallback', 'ignored', 'unguarded'],
      runs: ['success', 'failure', 'timeout', 'ignored'],
      state: stateOf(breaker),
    });
    const endByHand = followByHand(breaker, record);
    const endCalls = followCalls(breaker, record);
    return {
      dispose(it) {
        endCalls(it);
        endByHand(it);
      },
      collect: (it) => record.collect(stateOf(it), resetTimeoutMs(it)),
      awaitsCall: (it) => record.awaitsCall(resetTimeoutMs(it)),
      status(it) {
        const halfOpenAfterMs = resetTimeoutMs(it);
        return {
          library: 'opossum',
          state: record.state(),
          stateSeconds: record.stateSeconds(),
          ...(halfOpenAfterMs !== undefined && { halfOpenAfterSeconds: secondsOf(halfOpenAfterMs) }),
        };
      },
    };
  },
};
