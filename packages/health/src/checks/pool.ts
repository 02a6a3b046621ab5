import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import type { CheckDefinition, CheckResult } from '../check.ts';
import { clientError } from './client-shape.ts';
import { poolReader, type WatchedPool } from './pool-numbers.ts';
import { statusAt } from './thresholds.ts';

const ratioSchema = z.number().gt(0).max(1);

export const poolCheckOptionsSchema = z
  .strictObject({
    /** Share of waiting from where on it is degraded: 0.5 when as many callers wait as the pool can serve at once. */
    degradedRatio: ratioSchema.default(0.5),
    /** Share of waiting from where on it is down: 0.9 when nine callers wait for each that can be served. */
    downRatio: ratioSchema.default(0.9),
  })
  .refine(({ degradedRatio, downRatio }) => degradedRatio <= downRatio, {
    error: 'a share that is not above downRatio',
    path: ['degradedRatio'],
  });
export type PoolCheckOptions = z.input<typeof poolCheckOptionsSchema>;

/**
 * A pool keeps up with those who want something from it. It takes nothing out of the pool.
 *
 * Share of waiting: pending ÷ (pending + max), 0–1; it is 0 while nobody waits, however many resources are in use.
 * Details: `size`, `available`, `pending`, `max`, `waitingRatio`.
 *
 * @throws {SightlineError} `SIGHTLINE_CHECK_CLIENT` for what is no pool; `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('pool', poolCheck(knex.client.pool));
 */
export function poolCheck(
  pool: WatchedPool,
  options?: PoolCheckOptions,
): CheckDefinition & { readonly check: () => CheckResult } {
  const { degradedRatio, downRatio } = parseOptions('poolCheck', poolCheckOptionsSchema, options);
  const read = poolReader(pool);
  if (read === undefined) {
    throw clientError('poolCheck', pool, {
      expected:
        'a pool of generic-pool, tarn or pg, or an object with the numbers size, available, pending and max',
      fix: 'pass the pool itself, or an object whose getters read those numbers from it',
    });
  }

  return {
    check() {
      const numbers = read();
      const { size, available, pending, max } = numbers;
      const waitingRatio = pending > 0 ? pending / (pending + max) : 0;
      const details = { ...numbers, waitingRatio };
      const status = statusAt(waitingRatio, { degraded: degradedRatio, down: downRatio });
      if (status === 'up') return { status, details };
      const reason =
        `${pending} callers wait, ${size - available} of at most ${max} are in use: see what holds them so long, ` +
        'or raise the maximum';
      return { status, reason, details };
    },
  };
}
