import * as z from 'zod';

export const drainOptionsSchema = z.strictObject({
  /**
   * How long requests are still taken after readiness began to fail [ms]: until load balancers have seen it, or Kubernetes
   * has taken the pod out of its endpoints. 0 where nothing stands before the service.
   */
  drainDelayMs: z.int().min(0).max(600_000).default(0),
  /** How long requests that are being answered, upgraded connections and hooks of `servers` have then [ms]; what is left is destroyed and counted. */
  deadlineMs: z.int().min(0).max(600_000).default(10_000),
  /** Longest hook of another phase, unless the hook says otherwise [ms]. */
  hookTimeoutMs: z.int().min(1).max(600_000).default(3000),
});

/** What a caller writes. */
export type DrainOptions = z.input<typeof drainOptionsSchema>;
