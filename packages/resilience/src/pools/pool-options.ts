import { parseOptions } from '@sightline/errors';
import * as z from 'zod';

const poolWatchOptionsSchema = z.strictObject({
  /** How long a connection may be out of the pool until it counts as leaked [ms]. */
  overdueAfterMs: z.number().positive().default(60_000),
  /**
   * Whether it is kept where each connection was taken, to say so of one that is overdue. It costs some microseconds each
   * time.
   */
  keepSites: z.boolean().default(false),
});

/** How leaks of a pool are looked for. */
export type PoolWatchOptions = z.input<typeof poolWatchOptionsSchema>;
/** What our code reads. */
export type ResolvedPoolWatchOptions = Readonly<z.output<typeof poolWatchOptionsSchema>>;

/**
 * @param owner who takes the options: `pgPoolWatcher`
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`
 */
export function resolvePoolOptions(owner: string, options: PoolWatchOptions): ResolvedPoolWatchOptions {
  return parseOptions(owner, poolWatchOptionsSchema, options);
}
