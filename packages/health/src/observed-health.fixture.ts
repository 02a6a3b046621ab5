import type { SightlineError } from '@sightline/errors';
import { type FakeClock, fakeClock } from './fake-clock.fixture.ts';
import { createHealth } from './create-health.ts';
import type { Health, HealthParts } from './health.ts';
import type { CheckChange, CheckRun, ProbeChange } from './observer.ts';
import type { HealthOptions } from './options.ts';

/** Health on a fake clock, with all that it told. */
export interface ObservedHealth {
  readonly health: Health;
  readonly clock: FakeClock;
  readonly runs: CheckRun[];
  readonly changes: CheckChange[];
  readonly probes: ProbeChange[];
  readonly late: string[];
  readonly removed: string[];
  readonly problems: SightlineError[];
  /** Runs under way, by check, as told last. */
  readonly active: Map<string, number>;
  /** Status and body of an answer; waits for it, but moves no clock. */
  get(target: string, trusted?: boolean): Promise<{ readonly status: number; readonly body: string }>;
  status(check: string): string | undefined;
}

export function observedHealth(options: HealthOptions = {}, parts: HealthParts = {}): ObservedHealth {
  const clock = fakeClock();
  const observed = {
    runs: [] as CheckRun[],
    changes: [] as CheckChange[],
    probes: [] as ProbeChange[],
    late: [] as string[],
    removed: [] as string[],
    problems: [] as SightlineError[],
    active: new Map<string, number>(),
  };
  const health = createHealth(
    { pressure: false, strict: true, onProblem: (problem) => observed.problems.push(problem), ...options },
    {
      clock,
      random: () => 0.5,
      sensor: { delaySeconds: () => 0 },
      observer: {
        ran: (run) => observed.runs.push(run),
        statusChanged: (change) => observed.changes.push(change),
        probeChanged: (change) => observed.probes.push(change),
        lateResult: (check) => observed.late.push(check),
        removed: (check) => observed.removed.push(check),
        activeRuns: (check, count) => observed.active.set(check, count),
      },
      ...parts,
    },
  );
  return {
    ...observed,
    health,
    clock,
    async get(target, trusted = true) {
      const [path = '', search = ''] = target.split('?');
      const { status, body } = await health.answer({ method: 'GET', path, search, trusted });
      return { status, body };
    },
    status: (check) => health.report().checks.find(({ name }) => name === check)?.status,
  };
}

/** A check whose every run is ended by the test. */
export function heldCheck(): {
  check: (signal: AbortSignal) => Promise<unknown>;
  readonly runs: { readonly signal: AbortSignal; end(value?: unknown): void; fail(error: unknown): void }[];
} {
  const runs: { readonly signal: AbortSignal; end(value?: unknown): void; fail(error: unknown): void }[] = [];
  return {
    runs,
    check(signal) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      runs.push({ signal, end: resolve, fail: reject });
      return promise;
    },
  };
}
