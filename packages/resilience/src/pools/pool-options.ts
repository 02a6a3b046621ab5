/** How leaks of a pool are looked for. */
export interface PoolWatchOptions {
  /** How long a connection may be out of the pool until it counts as leaked [ms]. Default: 60,000. */
  readonly overdueAfterMs?: number;
  /**
   * Whether it is kept where each connection was taken, to say so of one that is overdue. It costs some microseconds each
   * time. Default: false.
   */
  readonly keepSites?: boolean;
}

export interface ResolvedPoolWatchOptions {
  readonly overdueAfterMs: number;
  readonly keepSites: boolean;
}

export function resolvePoolOptions({
  overdueAfterMs = 60_000,
  keepSites = false,
}: PoolWatchOptions): ResolvedPoolWatchOptions {
  return { overdueAfterMs, keepSites };
}
