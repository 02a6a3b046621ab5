import type { Labels } from '@sightline/query';
import type { Run } from '../stack/runs.ts';

/** A time. */
export interface Window {
  /** Both since 1970 [ms]. */
  readonly startMs: number;
  readonly endMs: number;
}

/** A run, and the time in which its telemetry came. */
export interface RunWindow {
  readonly run: Run;
  /** Between the runs before and after it, for what does not bear its id. */
  readonly alone: Window;
  /** For what bears its id: others may have run meanwhile. */
  readonly shared: Window;
}

/** Spans are sent seconds after the first lines and scrapes [ms]. */
const LEAD_MS = 30_000;
/** The last scrape and the last lines come after the last span [ms]. */
const AFTERMATH_MS = 30_000;

/** @param all runs that are known */
export function runWindow(run: Run, all: readonly Run[], nowMs: number): RunWindow {
  const { service, firstSeenMs, lastSeenMs } = run;
  const others = all.filter((other) => other.service === service);
  const before = others.map((other) => other.lastSeenMs + 1).filter((endMs) => endMs <= firstSeenMs);
  const after = others.map((other) => other.firstSeenMs - 1).filter((startMs) => startMs >= lastSeenMs);
  const shared = {
    startMs: firstSeenMs - LEAD_MS,
    endMs: Math.max(lastSeenMs, Math.min(nowMs, lastSeenMs + AFTERMATH_MS)),
  };
  return {
    run,
    shared,
    alone: {
      startMs: Math.max(shared.startMs, ...before),
      endMs: Math.min(shared.endMs, ...after),
    },
  };
}

/** How long it took requests [s]. */
export function secondsOf({ run }: RunWindow): number {
  return Math.max(1, (run.lastSeenMs - run.firstSeenMs) / 1000);
}

/** Whether labels of a series are those of the service, whatever its namespace. */
export function isOfService({ job = '' }: Labels, service: string): boolean {
  return job === service || job.endsWith(`/${service}`);
}
