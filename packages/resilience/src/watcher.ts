import type {
  CounterSeries,
  FamilyDefinition,
  GaugeSeries,
  HealthResult,
  HistogramSeries,
  MetricNameOf,
} from './sinks.ts';

/**
 * How things of one kind are watched. The built-in ones are made like this, and those of a service may be:
 *
 * ```ts no-run
 * const turnstiles: Watcher<Turnstile> = {
 *   kind: 'turnstile',
 *   supports: 'Turnstile of our own',
 *   recognises: (thing): thing is Turnstile => thing instanceof Turnstile,
 *   watch(turnstile, context) {
 *     const passed = context.counter(passedDefinition);
 *     const onPass = () => passed.add(1);
 *     turnstile.on('pass', onPass);
 *     return { dispose: (it) => it.off('pass', onPass) };
 *   },
 * };
 * ```
 *
 * What is watched must stay free to be collected as garbage: whatever `watch` returns is kept, so it must not close over
 * the thing. It is given the thing instead. Listeners may hold it, as they are held by it.
 */
export interface Watcher<Thing extends object = object> {
  /** What it is, in snake case: `circuit_breaker`, `retry`, `cache`, `pool`. Names are unique in a kind. */
  readonly kind: string;
  /** Which things, for whoever gave another one: `CircuitBreaker of opossum`. */
  readonly supports: string;
  /** By shape, never by class, as there may be two versions of a library. Anything may come; must not throw. */
  recognises(thing: unknown): boolean;
  /** Called once for a thing. What it throws is passed on, after its series are gone. */
  watch(thing: Thing, context: WatchContext): Watching<Thing>;
  /** True when it can be unwell: then it contributes to health from the start, and not only once it was. */
  readonly contributesHealth?: boolean;
}

/** A thing that only puts others together, such as `wrap(retry, breaker)`: its members are watched in place of it. */
export interface Composition<Thing extends object = object> {
  readonly supports: string;
  recognises(thing: unknown): boolean;
  members(thing: Thing): readonly object[];
}

/** One thing while it is watched. Nothing here may close over the thing. */
export interface Watching<Thing extends object = object> {
  /** Takes off listeners and wrappers. Its series go by themselves. Not called for a thing that was collected. */
  dispose(thing: Thing): void;
  /** Brings gauges up to date; called before each page and each status. */
  collect?(thing: Thing): void;
  /** What `/status` shows of it besides kind, name and health. */
  status?(thing: Thing): Readonly<Record<string, unknown>>;
  /**
   * Whether only the next call can show that it is well again; asked while it is unwell. Then it is degraded and no longer
   * down: a service out of rotation makes no calls, and would stay out for good. Default: never.
   */
  awaitsCall?(thing: Thing): boolean;
}

/** Something that changed and that somebody should hear of. */
export interface Transition {
  /** States in snake case, such as `closed`; undefined for an event that is no change of a state. */
  readonly from: string | undefined;
  readonly to: string;
  /** Why, as a short sentence or clause. Texts of errors may be in it: it is censored and cut. */
  readonly cause: string;
  /** What it means for the health of the thing from now on; default: as before. */
  readonly health?: HealthResult['status'];
  /** Level of its line; default: `info` where it brings the health up, `warn` elsewhere. */
  readonly level?: 'info' | 'warn';
}

/** What a watcher is given for one thing. No method throws. */
export interface WatchContext {
  /** By which it is known; the first label of each of its series. */
  readonly name: string;
  /** Milliseconds that never go back, for durations. */
  readonly nowMs: () => number;
  /** The template of the route that a request has come to so far; undefined before any, and where nobody knows. */
  routeOf(request: object): string | undefined;
  /**
   * The series of the thing in a metric of the catalogue, or in one of its own. Ask once and keep it: a call through a
   * series costs no lookup. It leaves the page when the thing is no longer watched.
   *
   * @param labelValues of the labels after the first one, which holds the name
   */
  counter(
    metric: MetricNameOf<'counter'> | FamilyDefinition,
    ...labelValues: readonly (string | undefined)[]
  ): CounterSeries;
  gauge(
    metric: MetricNameOf<'gauge'> | FamilyDefinition,
    ...labelValues: readonly (string | undefined)[]
  ): GaugeSeries;
  histogram(
    metric: MetricNameOf<'histogram'> | FamilyDefinition,
    ...labelValues: readonly (string | undefined)[]
  ): HistogramSeries;
  /** One log line, an event on the active span, an entry of the history, and the health from now on. */
  transition(transition: Transition): void;
  /**
   * Says on the active span what was decided about a call that did not simply succeed, such as `rejected`.
   *
   * @param decision in snake case; with the kind and the name it is one value of `sightline.policy.decisions`
   */
  decided(decision: string): void;
  /** Tells of something wrong with the thing or its watching, once for each `what`. */
  problem(what: string, cause?: unknown): void;
}
