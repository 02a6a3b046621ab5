import type { CheckStatus } from './status.ts';

/** The probes that answer with 200 or 503. */
export type ProbeName = 'livez' | 'readyz' | 'startupz';

/** One run of a check that has ended, or that there was none of for a reason. */
export interface CheckRun {
  readonly check: string;
  /**
   * `timeout`: no answer in time. `skipped`: not run, as a check that it depends on is down, which is no failure of its
   * own.
   */
  readonly result: 'up' | 'degraded' | 'down' | 'timeout' | 'skipped';
  /** Undefined when nothing was run: skipped, or too many earlier runs hang. */
  readonly durationSeconds: number | undefined;
  /** What the check is now, thresholds and dependencies considered. */
  readonly status: CheckStatus;
  /** When it was last up or degraded [s since 1970 in UTC]; undefined when it never was. */
  readonly lastSuccessSeconds: number | undefined;
}

/** A check is something else than before. */
export interface CheckChange {
  readonly check: string;
  readonly critical: boolean;
  readonly from: CheckStatus;
  readonly to: CheckStatus;
  /** Why, censored; undefined when it says nothing. */
  readonly cause: string | undefined;
}

/** A probe answers something else than before. */
export interface ProbeChange {
  readonly probe: ProbeName;
  /** 200 or 503. */
  readonly ok: boolean;
  /** What fails it, each with its reason, censored; empty when it passes. */
  readonly causes: readonly string[];
}

/** The main thread stood still for longer than the limit, and runs again. */
export interface MainThreadBlock {
  readonly blockedSeconds: number;
  /** The route that was entered last before it. */
  readonly route: string | undefined;
  /** Where it stood, from the inside out: `hash (file:///app/users.js:12)`. */
  readonly stack: readonly string[];
}

/**
 * What is told of health: metrics, log lines, whatever listens. Every part is optional. What one throws is caught and
 * reported once.
 */
export interface HealthObserver {
  ran?(run: CheckRun): void;
  /** Runs of a check that have not ended, with those past their timeout. */
  activeRuns?(check: string, count: number): void;
  /** A result came after its timeout, and was ignored. */
  lateResult?(check: string): void;
  /** Once for each change, in the order in which they happen. */
  statusChanged?(change: CheckChange): void;
  /** Once for each change, and once for each probe at the start. */
  probeChanged?(change: ProbeChange): void;
  /** The check is no more. */
  removed?(check: string): void;
  mainThreadBlocked?(block: MainThreadBlock): void;
}
