import type { HealthRedactor } from './censor.ts';
import type { Check, CheckDefinition } from './check.ts';
import type { Clock } from './clock.ts';
import type { CheckReport } from './engine/check-unit.ts';
import type { AddedCheck } from './engine/registry.ts';
import type { RequestObserver } from './event-loop/request-observer.ts';
import type { EventLoopSensor } from './event-loop/sensor.ts';
import type { HealthObserver, ProbeName } from './observer.ts';
import type { AnswerRequest } from './probes/answerer.ts';
import type { ProbeAnswer, ProbeScope } from './probes/probe-answer.ts';
import type { Answer } from './probes/render.ts';
import type { OutOfService } from './process-state.ts';
import type { Startup } from './startup.ts';
import type { ServiceStatus } from './status.ts';

/** What health is connected to; every part is optional. */
export interface HealthParts {
  /** Told of results and changes: metrics and log lines. */
  readonly observer?: HealthObserver;
  /** Censors reasons and details. Default: one with the built-in rules. */
  readonly redactor?: HealthRedactor;
  /** How the event loop is doing. Default: one of our own. */
  readonly sensor?: EventLoopSensor;
  readonly clock?: Clock;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
}

/** Everything that is known, without running anything. */
export interface HealthReport {
  readonly status: ServiceStatus;
  /** What the three probes answer now. */
  readonly live: ProbeAnswer;
  readonly ready: ProbeAnswer;
  readonly started: ProbeAnswer;
  /** In the order in which the checks were added. */
  readonly checks: readonly CheckReport[];
}

/** The health of a service: its checks, and what follows from them. */
export interface Health {
  /**
   * Adds a check: a function, or one with its options.
   *
   * @throws {SightlineError} `SIGHTLINE_HEALTH_CHECK` when the name is taken or unusable, or it would depend on itself;
   *   `SIGHTLINE_OPTIONS` when an option is wrong
   * @example health.add('postgres', { check: (signal) => pool.query('select 1'), critical: true })
   */
  add(name: string, check: Check | CheckDefinition): AddedCheck;
  /** The names of the checks, in the order in which they were added. */
  readonly checks: readonly string[];
  /**
   * Says that everything was added: names that lead nowhere are told at once. The first probe does the same by itself,
   * but can only tell `onProblem` and hold the start-up probe.
   *
   * @throws {SightlineError} `SIGHTLINE_HEALTH_CHECK` naming every dependency and group member that there is not
   */
  start(): void;
  /** Tasks that must be done before the service has started. */
  readonly startup: Startup;
  /** Runs every check whose last result no longer answers, side by side, and reports. Never rejects. */
  run(): Promise<HealthReport>;
  /** What is known now. */
  report(): HealthReport;
  /** What a probe answers from what is known now; undefined for a part that there is not. */
  probe(probe: ProbeName, scope?: ProbeScope): ProbeAnswer | undefined;
  /** The end has begun: readiness fails from now on, and no check is run any more. */
  drainStarted(): void;
  /**
   * Takes the service out for a while: readiness fails with this reason, checks go on.
   *
   * @returns puts it back
   */
  outOfService(reason: string): OutOfService;
  /** Whether the path is one of health's: a probe, `/health`, an alias, or what is below readiness. */
  serves(path: string): boolean;
  /** Every path that is answered, without those below readiness. */
  readonly paths: readonly string[];
  /**
   * Answers a request: at once, without a promise, when everything that is asked for is known. Never throws or rejects.
   *
   * @param request.trusted whether reasons and details are told
   */
  answer(request: AnswerRequest): Answer | Promise<Answer>;
  /** The same for a `Request`. */
  handle(request: Request, caller?: { readonly trusted?: boolean }): Promise<Response>;
  /** Takes requests that have ended, so that pressure on the event loop has a route: a sink for `@sightline/http`. */
  readonly requests: RequestObserver;
  /** Why the event loop is under pressure, with the route that causes most of it; undefined when it is not. */
  readonly pressure: string | undefined;
  /** Where the watchdog's own probe listens; undefined without. */
  readonly watchdogPort: number | undefined;
  /** Ends everything: timers, runs, the watchdog. What is known can still be asked for; readiness fails. */
  close(): void;
}
