import type { Redactor } from '@sightline/redact';
import { errorText } from './cause.ts';
import { recordDecision } from './decisions.ts';
import type { HeldSeries } from './held-series.ts';
import type { History } from './history.ts';
import type { ResolvedWatchOptions } from './options.ts';
import type { Problems } from './problems.ts';
import type { WatchHandle } from './resilience.ts';
import type { HealthChecks } from './health-checks.ts';
import type { HealthContribution, HealthResult, LogSink } from './sinks.ts';
import { spoken } from './spoken.ts';
import { recordingSpan } from './trace-ref.ts';
import type { Transition, WatchContext, Watcher, Watching } from './watcher.ts';

/** One thing that is watched, without a reference that would keep it alive. */
export interface Watched {
  readonly kind: string;
  readonly name: string;
  /** The name that was asked for, before any suffix. */
  wantedName: string;
  readonly healthName: string;
  /** Undefined when it says nothing about health. */
  readonly contribution: HealthContribution | undefined;
  /** Whether the thing was collected as garbage. */
  isGone(): boolean;
  /** Brings its gauges up to date. False when the thing is gone. */
  collect(): boolean;
  status(): Readonly<Record<string, unknown>>;
  handle(drop: (each: Watched) => void): WatchHandle;
  /** Takes off everything. */
  end(): void;
}

export interface WatchedSetup {
  readonly name: string;
  readonly healthMode: ResolvedWatchOptions['health'];
  readonly series: HeldSeries;
  readonly history: History;
  readonly problems: Problems;
  readonly redactor: Pick<Redactor, 'text'>;
  readonly nowMs: () => number;
  readonly routeOf: ((request: object) => string | undefined) | undefined;
  readonly logger: LogSink | undefined;
  readonly health: HealthChecks | undefined;
}

/** Longest cause [UTF-16 code units]. */
const MAX_CAUSE_LENGTH = 300;

/** Names of checks are parts of paths. */
const MAX_HEALTH_NAME = 64;

/** Most decisions that are remembered as text. */
const MAX_KNOWN_DECISIONS = 50;

const TRANSITION_EVENT = 'sightline.policy.transition';

/** @throws what the watcher throws; nothing stays behind then */
export function createWatched(thing: object, watcher: Watcher, setup: WatchedSetup): Watched {
  const { kind } = watcher;
  const { name, series, history, problems, redactor, logger, healthMode } = setup;
  const healthName = `${kind}:${name}`.replaceAll(/[^\w.:-]/g, '-').slice(0, MAX_HEALTH_NAME);
  const decisions = new Map<string, string>();
  let ended = false;
  let healthNow: HealthResult = { status: 'up' };
  let contribution: HealthContribution | undefined;
  let takeOffHealth: (() => void) | undefined;
  const reference = new WeakRef(thing);
  /** Undefined while it is begun; health may be asked by then. */
  let watching: Watching | undefined;

  /** What it means for the service is for whoever watches it to say. */
  function answer(): HealthResult {
    if (healthNow.status === 'up') return healthNow;
    return { ...healthNow, status: healthMode === 'down' && !awaitsCall() ? 'down' : 'degraded' };
  }

  function awaitsCall(): boolean {
    return withThing('asking whether it awaits a call', (it) => watching?.awaitsCall?.(it)) ?? false;
  }

  function contribute(): void {
    if (contribution !== undefined || healthMode === 'none') return;
    contribution = { check: answer, critical: healthMode === 'down' };
    try {
      takeOffHealth = setup.health?.add(kind, healthName, contribution);
    } catch (error) {
      problem('its contribution to health was refused', error);
    }
  }

  function problem(what: string, cause?: unknown): void {
    problems.once(
      `${healthName} ${what}`,
      'SIGHTLINE_WATCH',
      {
        problem: `${label()}: ${what}${cause === undefined ? '' : `, ${redactor.text(errorText(cause))}`}`,
        expected: 'a thing that can be watched in full',
        fix: 'see what it says; this is told once, and the rest is watched all the same',
      },
      cause,
    );
  }

  /** A decision as it is said. There are few, which are not put together for each call. */
  function said(decision: string): string {
    const known = decisions.get(decision);
    if (known !== undefined) return known;
    const text = `${kind} ${name}: ${decision}`;
    if (decisions.size < MAX_KNOWN_DECISIONS) decisions.set(decision, text);
    return text;
  }

  function label(): string {
    return `${spoken(kind)} ${redactor.text(name)}`;
  }

  function report({ from, to, cause: given, health, level }: Transition): void {
    const cause = redactor.text(given.slice(0, 2 * MAX_CAUSE_LENGTH)).slice(0, MAX_CAUSE_LENGTH);
    if (health !== undefined) {
      healthNow = health === 'up' ? { status: 'up' } : { status: health, reason: `${to}: ${cause}` };
      contribute();
    }
    history.add({ at: new Date().toISOString(), kind, name, ...(from !== undefined && { from }), to, cause });
    recordingSpan()?.addEvent(TRANSITION_EVENT, {
      'sightline.policy.kind': kind,
      'sightline.policy.name': name,
      ...(from !== undefined && { 'sightline.policy.from': from }),
      'sightline.policy.to': to,
      'sightline.policy.cause': cause,
    });
    const severity = level ?? (health === 'up' ? 'info' : 'warn');
    const change = from === undefined ? to : `${from} to ${to}`;
    logger?.[severity]({ policy: { kind, name, from, to, cause } }, `${label()}: ${change}, ${cause}`);
  }

  const context: WatchContext = {
    name,
    nowMs: setup.nowMs,
    routeOf(request) {
      try {
        return setup.routeOf?.(request);
      } catch (error) {
        problem('the route of a request could not be told', error);
        return undefined;
      }
    },
    counter: (metric, ...values) => series.counter(metric, values),
    gauge: (metric, ...values) => series.gauge(metric, values),
    histogram: (metric, ...values) => series.histogram(metric, values),
    transition(transition) {
      if (ended) return;
      try {
        report(transition);
      } catch (error) {
        problem('a transition could not be told', error);
      }
    },
    decided(decision) {
      if (ended) return;
      try {
        recordDecision(said(decision));
      } catch (error) {
        problem('a decision could not be told', error);
      }
    },
    problem,
  };

  watching = beginWatching(thing, watcher, context, series);
  if (watcher.contributesHealth === true) contribute();

  /** Without the thing in a variable of this scope, where closures would keep it. */
  function withThing<Result>(what: string, use: (it: object) => Result): Result | undefined {
    const it = reference.deref();
    if (it === undefined) return undefined;
    try {
      return use(it);
    } catch (error) {
      problem(`${what} failed`, error);
      return undefined;
    }
  }

  return {
    kind,
    name,
    wantedName: name,
    healthName,
    get contribution() {
      return contribution;
    },
    isGone: () => reference.deref() === undefined,
    collect() {
      withThing('reading it', (it) => watching?.collect?.(it));
      return reference.deref() !== undefined;
    },
    status() {
      const more = withThing('reading its status', (it) => watching?.status?.(it));
      return { kind, name, health: answer(), ...more };
    },
    handle(drop) {
      const dispose = (): void => drop(this);
      return { dispose, [Symbol.dispose]: dispose };
    },
    end() {
      ended = true;
      withThing('taking it off', (it) => watching?.dispose(it));
      takeOffHealth?.();
      contribution = undefined;
      series.release();
    },
  };
}

function beginWatching(thing: object, watcher: Watcher, context: WatchContext, series: HeldSeries): Watching {
  try {
    return watcher.watch(thing, context);
  } catch (error) {
    series.release();
    throw error;
  }
}
