import { parseOptions, type SightlineError } from '@sightline/errors';
import { createRedactor, type Redactor } from '@sightline/redact';
import { builtInCompositions, builtInWatchers } from './built-in-watchers.ts';
import { createHealthChecks } from './health-checks.ts';
import { createSeriesHolder } from './held-series.ts';
import { createHistory, type HistoryEntry } from './history.ts';
import {
  type ResilienceOptions,
  resilienceOptionsSchema,
  type ResolvedWatchOptions,
  type WatchOptions,
  watchOptionsSchema,
} from './options.ts';
import { createProblems } from './problems.ts';
import type { HealthContribution, HealthSink, LogSink, MetricSink } from './sinks.ts';
import { knows, unknownThing } from './unknown-thing.ts';
import { createWatched, type Watched } from './watched.ts';
import { spoken } from './spoken.ts';
import type { Composition, Watcher } from './watcher.ts';

/** What telemetry goes to, and what it is helped by; without one there is less of it. */
export interface ResilienceParts {
  readonly metrics?: MetricSink | undefined;
  readonly logger?: LogSink | undefined;
  readonly health?: HealthSink | undefined;
  /** Censors the causes of transitions. Default: one with the built-in rules. */
  readonly redactor?: Pick<Redactor, 'text'> | undefined;
  /** Told of each problem, once. Default: the process is warned, as Node warns. */
  readonly onProblem?: ((problem: SightlineError) => void) | undefined;
  /**
   * The template of the route that a request has come to so far, such as `/api/:tenant/orders`; never a path, as it is the
   * value of a label. Undefined before any has matched. Default: what Express says outside of every mount.
   */
  readonly routeOf?: ((request: object) => string | undefined) | undefined;
  /** For tests: milliseconds that never go back. */
  readonly nowMs?: (() => number) | undefined;
}

/** A thing that is watched. */
export interface WatchHandle extends Disposable {
  /** Ends the watching: no listener and no series stays behind. Again, or after another name was given: nothing. */
  dispose(): void;
}

/** What `/status` shows. */
export interface ResilienceStatus {
  readonly watched: readonly Readonly<Record<string, unknown>>[];
  /** The newest one first. */
  readonly history: readonly HistoryEntry[];
}

/** Watches what a service has. */
export interface Resilience {
  /**
   * Watches a breaker, a policy, a limiter, a cache, a pool or what a watcher of your own recognises.
   *
   * The same thing again is once; with another name it is renamed. Another thing of the same kind and name goes by the
   * name with `#2`, and a problem is told. The thing can be collected as garbage as if it were not watched.
   *
   * @throws {SightlineError} `SIGHTLINE_WATCH_UNKNOWN` when nothing recognises it, `SIGHTLINE_OPTIONS` on a wrong option
   */
  watch(thing: unknown, options: WatchOptions): WatchHandle;
  /** What is watched and what happened. */
  status(): ResilienceStatus;
  /** The contributions to health by their names, as they are now: `circuit_breaker:payments`. */
  checks(): ReadonlyMap<string, HealthContribution>;
  /** Ends the watching of everything. What is watched later is not. */
  close(): void;
}

interface Group {
  readonly name: string;
  readonly handle: WatchHandle;
}

/**
 * Makes the watching of a process; make one at the start.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`
 * @example createResilience({}, { metrics: metrics.registry, logger }).watch(breaker, { name: 'payments' })
 */
export function createResilience(options: ResilienceOptions = {}, parts: ResilienceParts = {}): Resilience {
  const { historyLength, watchers, compositions } = parseOptions(
    'createResilience',
    resilienceOptionsSchema,
    options,
  );
  const allWatchers = [...watchers, ...builtInWatchers] as unknown as readonly Watcher[];
  const allCompositions = [...compositions, ...builtInCompositions] as unknown as readonly Composition[];
  const problems = createProblems(parts.onProblem);
  const history = createHistory(historyLength);
  const redactor = parts.redactor ?? createRedactor();
  const nowMs = parts.nowMs ?? (() => performance.now());
  const series = createSeriesHolder(parts.metrics, (metric, cause) =>
    problems.once(
      `metric ${metric}`,
      'SIGHTLINE_WATCH',
      {
        problem: `${metric} cannot be recorded`,
        expected: 'a registry that has room for it under this definition',
        fix: 'see the cause; take another name where a metric of the service has it',
      },
      cause,
    ),
  );

  const watched = new Set<Watched>();
  const byName = new Map<string, Watched>();
  const ofThing = new WeakMap<object, Watched>();
  const groups = new WeakMap<object, Group>();
  const collected = new FinalizationRegistry<Watched>((each) => drop(each));
  let closed = false;

  const health = parts.health && createHealthChecks(parts.health);
  const stopCollecting = parts.metrics?.onCollect(collect);

  function collect(): void {
    for (const each of watched) if (!each.collect()) drop(each);
  }

  function drop(each: Watched): void {
    if (!watched.delete(each)) return;
    byName.delete(nameKey(each.kind, each.name));
    collected.unregister(each);
    each.end();
  }

  function isTaken(kind: string, name: string): boolean {
    const holder = byName.get(nameKey(kind, name));
    if (holder?.isGone() === true) drop(holder);
    return holder !== undefined && watched.has(holder);
  }

  function freeName(kind: string, wanted: string): string {
    let name = wanted;
    for (let at = 2; isTaken(kind, name); at++) name = `${wanted}#${at}`;
    return name;
  }

  function tellOfName(kind: string, wanted: string, name: string): void {
    problems.once(`name ${kind} ${wanted}`, 'SIGHTLINE_WATCH_NAME', {
      problem: `another ${spoken(kind)} is watched as ${redactor.text(wanted)}; this one goes by ${redactor.text(name)}`,
      expected: 'a name for each thing of a kind',
      fix: 'give it another name, or call dispose() for the one that it replaces',
    });
  }

  function begin(thing: object, watcher: Watcher, how: ResolvedWatchOptions, name: string): Watched {
    const each = createWatched(thing, watcher, {
      name,
      healthMode: how.health,
      series: series.hold(name),
      history,
      problems,
      redactor,
      nowMs,
      routeOf: parts.routeOf,
      logger: parts.logger,
      health,
    });
    watched.add(each);
    byName.set(nameKey(watcher.kind, name), each);
    ofThing.set(thing, each);
    collected.register(thing, each, each);
    return each;
  }

  function watchOne(thing: object, watcher: Watcher, how: ResolvedWatchOptions): Watched {
    const known = ofThing.get(thing);
    if (known !== undefined && watched.has(known)) {
      if (known.wantedName === how.name) return known;
      drop(known);
    }
    const name = freeName(watcher.kind, how.name);
    if (name !== how.name) tellOfName(watcher.kind, how.name, name);
    const each = begin(thing, watcher, how, name);
    each.wantedName = how.name;
    return each;
  }

  function watcherOf(
    thing: unknown,
    kind: string | undefined,
    candidates = allWatchers,
  ): Watcher | undefined {
    return candidates.find((each) => (kind === undefined || each.kind === kind) && knows(each, thing));
  }

  /** Members that are watched by themselves already keep their names; none is told of a suffix, as that is in order. */
  function watchMembers(members: readonly object[], how: ResolvedWatchOptions): Watched[] {
    const begun: Watched[] = [];
    for (const member of members) {
      const known = ofThing.get(member);
      if (known !== undefined && watched.has(known)) continue;
      const watcher = watcherOf(member, undefined);
      if (watcher === undefined) continue;
      const each = begin(member, watcher, how, freeName(watcher.kind, how.name));
      each.wantedName = how.name;
      begun.push(each);
    }
    return begun;
  }

  function membersOf(thing: object, depth = 0): readonly object[] | undefined {
    const composition = allCompositions.find((each) => knows(each, thing));
    if (composition === undefined) return undefined;
    if (depth >= MAX_DEPTH) return [];
    return composition.members(thing).flatMap((member) => membersOf(member, depth + 1) ?? [member]);
  }

  return {
    watch(thing, given) {
      const how = parseOptions('watch', watchOptionsSchema, given);
      if (closed) return { dispose() {}, [Symbol.dispose]() {} };
      const candidates = how.as === undefined ? allWatchers : [how.as as unknown as Watcher];
      const watcher = watcherOf(thing, how.kind, candidates);
      if (watcher !== undefined) return watchOne(thing as object, watcher, how).handle(drop);
      if (how.as !== undefined) throw unknownThing(thing, how.kind, candidates, []);

      const isObject = typeof thing === 'object' && thing !== null;
      const members = isObject && how.kind === undefined ? membersOf(thing) : undefined;
      if (members === undefined || !members.some((member) => watcherOf(member, undefined) !== undefined))
        throw unknownThing(thing, how.kind, allWatchers, allCompositions);
      const known = groups.get(thing as object);
      if (known?.name === how.name) return known.handle;
      known?.handle.dispose();
      const begun = watchMembers(members, how);
      const dispose = (): void => {
        begun.forEach(drop);
        begun.length = 0;
      };
      const handle = { dispose, [Symbol.dispose]: dispose };
      groups.set(thing as object, { name: how.name, handle });
      return handle;
    },

    status() {
      collect();
      return { watched: Array.from(watched, (each) => each.status()), history: history.list() };
    },

    checks() {
      const contributions = new Map<string, HealthContribution>();
      for (const each of watched) {
        const { contribution } = each;
        if (contribution) contributions.set(each.healthName, contribution);
      }
      return contributions;
    },

    close() {
      closed = true;
      stopCollecting?.();
      for (const each of watched) drop(each);
    },
  };
}

function nameKey(kind: string, name: string): string {
  return `${kind} ${name}`;
}

/** Most compositions within compositions. */
const MAX_DEPTH = 16;
