/** What one run of a check found. */
export interface CheckResult {
  readonly status: 'up' | 'degraded' | 'down';
  /** Why it is not up, for people; censored before anybody sees it. */
  readonly reason?: string | undefined;
  /** What else it saw, such as `{ usedRatio: 0.93 }`; shown with details only. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * One check: anything that can be awaited.
 *
 * It is up when it returns, unless it returns a `CheckResult` that says otherwise, `false`, a `Response` that is not ok, or what
 * an indicator of `@nestjs/terminus` does, `{ database: { status: 'down', message } }`; it is down when it throws. So
 * `(signal) => pool.query('select 1')` is a check as it stands.
 *
 * @param signal aborts when the check has taken too long, and when checking ends
 */
export type Check = (signal: AbortSignal) => unknown;

/** A check with the name and the options that suit it; what the built-in ones are made as. */
export interface CheckDefinition {
  readonly check: Check;
  /** True: readiness fails while it is down. False: the service is degraded and stays ready. Default: false. */
  readonly critical?: boolean | undefined;
  /** Groups that it is a member of: `payments` is answered at `/readyz/payments`. */
  readonly group?: string | readonly string[] | undefined;
  /** Longest wait for one run before it counts as failed [ms]. Default: 800. */
  readonly timeoutMs?: number | undefined;
  /** Runs it in the background this often, so that a probe never waits [ms]. Default: only when asked. */
  readonly intervalMs?: number | undefined;
  /** How long a result answers for [ms]. Default: 1000. */
  readonly cacheMs?: number | undefined;
  /** Names of checks without which this one cannot be up; while one of them is down this one is not run. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Failures in a row until it is down. Default: 1. */
  readonly failureThreshold?: number | undefined;
  /** Successes in a row until it is up again. Default: 1. */
  readonly successThreshold?: number | undefined;
}
