import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { clientError, hasMethods } from './client-shape.ts';
import type { CheckDefinition, CheckResult } from '../check.ts';
import { degraded, down, up } from './timed-check.ts';

export const breakerCheckOptionsSchema = z.strictObject({
  /** What an open breaker is. `down` takes every pod out of rotation when one upstream dies, if the check is critical. */
  openStatus: z.enum(['degraded', 'down']).default('degraded'),
});
export type BreakerCheckOptions = z.input<typeof breakerCheckOptionsSchema>;

export type BreakerState = 'closed' | 'open' | 'half_open' | 'isolated';

/** A circuit breaker, of whichever library. */
export interface BreakerSource {
  state(): BreakerState;
}

/**
 * A circuit breaker is closed. An open one is degraded, not down, unless asked for: the service still answers, with
 * what it falls back to, and so do its other pods. Details: `state`.
 *
 * @throws {SightlineError} `SIGHTLINE_CHECK_CLIENT` for what has no state; `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('payments-breaker', breakerCheck({ state: () => (breaker.opened ? 'open' : 'closed') }));
 */
export function breakerCheck(
  source: BreakerSource,
  options?: BreakerCheckOptions,
): CheckDefinition & { readonly check: () => CheckResult } {
  const { openStatus } = parseOptions('breakerCheck', breakerCheckOptionsSchema, options);
  if (!hasMethods(source, 'state')) {
    throw clientError('breakerCheck', source, {
      expected: 'an object with state(), which answers closed, open, half_open or isolated',
      fix: 'pass `{ state: () => … }`; the breakers of other libraries have a state of another shape',
    });
  }
  const open = openStatus === 'down' ? down : degraded;

  function check(): CheckResult {
    const state = source.state();
    switch (state) {
      case 'closed':
        return up({ state });
      case 'half_open':
        return degraded('the breaker is half open: it tries whether calls succeed again', { state });
      case 'open':
        return open('the breaker is open: calls failed, and are refused until it tries again', { state });
      case 'isolated':
        return open('the breaker is held open by hand: all calls are refused until it is let go', { state });
      default:
        return down(
          `the breaker has an unknown state: state() must answer closed, open, half_open or isolated`,
        );
    }
  }

  return { check };
}
