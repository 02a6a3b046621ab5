/** What a check was found to be; `unknown` until it has run once. */
export type CheckStatus = 'unknown' | 'up' | 'degraded' | 'down';

/** What the service is as a whole. */
export type ServiceStatus = 'up' | 'degraded' | 'down' | 'out-of-service';

/** What counts of a check for the whole. */
export interface CheckStanding {
  readonly status: CheckStatus;
  readonly critical: boolean;
}

/**
 * The worst that is critical wins: down when a critical check is down or has not run yet, degraded when an optional one is
 * down or any is degraded, up otherwise.
 */
export function worstOf(checks: Iterable<CheckStanding>): Exclude<ServiceStatus, 'out-of-service'> {
  let worst: Exclude<ServiceStatus, 'out-of-service'> = 'up';
  for (const { status, critical } of checks) {
    if (critical && isFailing(status)) return 'down';
    if (status === 'degraded' || status === 'down') worst = 'degraded';
  }
  return worst;
}

/** What of a critical check fails readiness. */
export function isFailing(status: CheckStatus): boolean {
  return status === 'down' || status === 'unknown';
}
