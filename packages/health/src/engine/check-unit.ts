import { type Span, trace } from '@opentelemetry/api';
import type { Censor } from '../censor.ts';
import type { Clock } from '../clock.ts';
import type { CheckChange, CheckRun } from '../observer.ts';
import type { CheckStatus } from '../status.ts';
import type { CheckSettings } from './check-settings.ts';
import { createDamping } from './damping.ts';
import { type Outcome, failedOutcome } from './outcome.ts';
import { type Run, type RunEnd, startRun } from './run.ts';

/** What is known of a check, for people and for what decides. */
export interface CheckReport {
  readonly name: string;
  readonly status: CheckStatus;
  readonly critical: boolean;
  readonly groups: readonly string[];
  readonly dependsOn: readonly string[];
  /** Why it is not up, or what its last run failed with while it is not down yet; censored. */
  readonly reason?: string;
  /** What its last run saw besides; censored. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** How long its last run took [ms]. */
  readonly durationMs?: number;
  /** When its last run ended [ms since 1970 in UTC]. */
  readonly ranAtMs?: number;
  /** When it was last up or degraded [ms since 1970 in UTC]. */
  readonly lastSuccessAtMs?: number;
}

/** What a check tells whoever keeps it. */
export interface CheckEvents {
  ran(run: CheckRun): void;
  activeRuns(check: string, count: number): void;
  lateResult(check: string): void;
  statusChanged(change: CheckChange): void;
}

export interface CheckUnitSetup {
  readonly name: string;
  readonly settings: CheckSettings;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly censor: Censor;
  readonly events: CheckEvents;
  /** Calls outside of the context of whoever asks: a run is nobody's own, and its timers must not keep a request alive. */
  readonly detached: <Result>(call: () => Result) => Result;
  /** Sees to it that what the check depends on is known; undefined when there is nothing to wait for. */
  readonly dependenciesKnown: () => Promise<void> | undefined;
  /** The name of a check that it depends on and that is down now. */
  readonly downDependency: () => string | undefined;
}

/** One check: its runs, its results and what they make of it. */
export interface CheckUnit {
  readonly name: string;
  readonly settings: CheckSettings;
  readonly status: CheckStatus;
  readonly report: () => CheckReport;
  /** True once a run has found it up or degraded. */
  readonly hasSucceeded: boolean;
  /** Whether what is known of it still answers. */
  isFresh(): boolean;
  /** Runs it, once for all who ask at the same time. Never rejects. */
  refresh(): Promise<void>;
  /** Something that it depends on has gone down: it is down with it. */
  dependencyDown(): void;
  /** What it depends on is back: what was known of it no longer answers. */
  dependencyBack(): void;
  /** No further run; what is known stays. */
  stop(): void;
}

/**
 * Most runs past their timeout that are waited for at a time. A check that ignores its signal may hold a connection of a
 * pool for each of them, so there are few; one alone would never see that the dependency is back.
 */
const MAX_HANGING = 3;
/** How long such a run counts [ms]. Then it is taken for lost, so that a check that once hung forever is tried again. */
const HANGING_FOR_MS = 60_000;
/** How far an interval is moved at random to either side, so that checks and instances do not run in step. */
const JITTER_RATIO = 0.1;

export function createCheckUnit(setup: CheckUnitSetup): CheckUnit {
  const { name, settings, clock, random, censor, events, detached } = setup;
  const { timeoutMs, intervalMs, cacheMs, critical } = settings;
  const damping = createDamping(settings);
  // In the background a result answers until the next two are overdue: a probe waits only where that has stood still.
  const freshForMs = intervalMs === undefined ? cacheMs : 2 * intervalMs + timeoutMs;
  /** When runs that are past their timeout began to be so. */
  const hanging = new Set<{ readonly sinceMs: number }>();

  let own: CheckStatus = 'unknown';
  let status: CheckStatus = 'unknown';
  let isStopped = false;
  let current: { readonly run: Run; readonly done: () => void } | undefined;
  let inFlight: Promise<void> | undefined;
  /** The span of whoever asked for the run that is under way. */
  let asker: Span | undefined;
  let cancelTimer: (() => void) | undefined;
  let endedAtMs: number | undefined;
  let hasSucceeded = false;
  let reason: string | undefined;
  let details: Readonly<Record<string, unknown>> | undefined;
  let durationMs: number | undefined;
  let ranAtMs: number | undefined;
  let lastSuccessAtMs: number | undefined;

  function reportActive(): void {
    events.activeRuns(name, hanging.size + (current === undefined ? 0 : 1));
  }

  function change(to: CheckStatus, cause: string | undefined): void {
    if (to === status) return;
    const from = status;
    status = to;
    if (asker?.isRecording()) {
      asker.addEvent('health.check.status_changed', {
        check: name,
        from,
        to,
        ...(cause !== undefined && { cause }),
      });
    }
    events.statusChanged({ check: name, critical, from, to, cause });
  }

  function reportRan(result: CheckRun['result'], tookMs: number | undefined): void {
    events.ran({
      check: name,
      result,
      durationSeconds: tookMs === undefined ? undefined : tookMs / 1000,
      status,
      lastSuccessSeconds: lastSuccessAtMs === undefined ? undefined : lastSuccessAtMs / 1000,
    });
  }

  function skip(dependency: string): void {
    endedAtMs = clock.nowMs();
    reason = `not run: it depends on ${dependency}, which is down`;
    details = undefined;
    change('down', reason);
    reportRan('skipped', undefined);
  }

  function take(outcome: Outcome, timedOut: boolean, tookMs: number | undefined): void {
    endedAtMs = clock.nowMs();
    ranAtMs = clock.wallMs();
    durationMs = tookMs ?? durationMs;
    own = damping.take(outcome.status);
    if (outcome.status !== 'down') {
      hasSucceeded = true;
      lastSuccessAtMs = ranAtMs;
    }
    const dependency = setup.downDependency();
    reason =
      dependency === undefined
        ? outcome.reason && censor.text(outcome.reason)
        : `it depends on ${dependency}, which is down`;
    details = outcome.details && censor.details(outcome.details);
    change(dependency === undefined ? own : 'down', reason);
    reportRan(timedOut ? 'timeout' : outcome.status, tookMs);
  }

  function forgetLost(): void {
    for (const run of hanging) {
      if (Math.abs(clock.nowMs() - run.sinceMs) >= HANGING_FOR_MS) hanging.delete(run);
    }
  }

  function runOnce(): Promise<void> {
    forgetLost();
    if (hanging.size >= MAX_HANGING) {
      take(failedOutcome(`${hanging.size} earlier runs have not ended yet`), true, undefined);
      return Promise.resolve();
    }
    return new Promise((done) => {
      let stuck: { readonly sinceMs: number } | undefined;
      function onEnd({ outcome, timedOut, durationMs: tookMs }: RunEnd): void {
        current = undefined;
        if (timedOut) hanging.add((stuck = { sinceMs: clock.nowMs() }));
        reportActive();
        take(outcome, timedOut, tookMs);
        done();
      }
      function onSettled(late: boolean): void {
        // Of one that was taken away nothing more is told: what its series are removed from would get them back.
        if (stuck !== undefined && hanging.delete(stuck) && !isStopped) reportActive();
        if (late && !isStopped) events.lateResult(name);
      }
      const run = startRun({ check: settings.check, timeoutMs, clock, onEnd, onSettled });
      // A check that blocked for longer than its timeout has ended by now.
      if (stuck !== undefined) return;
      current = { run, done };
      reportActive();
    });
  }

  async function once(): Promise<void> {
    const known = setup.dependenciesKnown();
    if (known !== undefined) await known;
    if (isStopped) return;
    const dependency = setup.downDependency();
    if (dependency === undefined) await runOnce();
    else skip(dependency);
  }

  function scheduleNext(delayMs: number): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (intervalMs === undefined || isStopped) return;
    cancelTimer = clock.schedule(() => void refresh(), delayMs);
  }

  async function refresh(): Promise<void> {
    if (isStopped) return undefined;
    if (inFlight === undefined) {
      asker = trace.getActiveSpan();
      // Not in this turn: a check that asks for its own result would start itself again and again.
      inFlight = detached(() => Promise.resolve().then(once)).finally(() => {
        inFlight = undefined;
        asker = undefined;
        detached(() => scheduleNext((intervalMs ?? 0) * (1 - JITTER_RATIO + 2 * JITTER_RATIO * random())));
      });
    }
    return await inFlight;
  }

  // Not at once: what it depends on may be added right after it.
  detached(() => scheduleNext(0));

  return {
    name,
    settings,
    refresh,
    get status() {
      return status;
    },
    get hasSucceeded() {
      return hasSucceeded;
    },
    report: () => ({
      name,
      status,
      critical,
      groups: settings.groups,
      dependsOn: settings.dependsOn,
      ...(reason !== undefined && { reason }),
      ...(details && { details }),
      ...(durationMs !== undefined && { durationMs }),
      ...(ranAtMs !== undefined && { ranAtMs }),
      ...(lastSuccessAtMs !== undefined && { lastSuccessAtMs }),
    }),
    isFresh() {
      if (isStopped) return true;
      if (endedAtMs === undefined) return false;
      const ageMs = clock.nowMs() - endedAtMs;
      return ageMs >= 0 && ageMs < freshForMs;
    },
    dependencyDown() {
      const dependency = setup.downDependency();
      if (isStopped || dependency === undefined) return;
      skip(dependency);
    },
    dependencyBack() {
      if (isStopped || setup.downDependency() !== undefined) return;
      endedAtMs = undefined;
      if (inFlight === undefined) detached(() => scheduleNext(0));
    },
    stop() {
      if (isStopped) return;
      isStopped = true;
      cancelTimer?.();
      current?.run.abandon();
      current?.done();
      current = undefined;
    },
  };
}
