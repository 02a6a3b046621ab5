import { secondsOf } from '../seconds.ts';
import type { CounterSeries, HistogramSeries } from '../sinks.ts';
import { activeTraceRef } from '../trace-ref.ts';
import type { WatchContext } from '../watcher.ts';

/** `isolated`: held open by hand. `disabled`: switched off, everything gets through unguarded. */
export type BreakerState = 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled';

/** How a call ended for its caller. */
export type BreakerOutcome =
  | 'success'
  | 'failure'
  | 'timeout'
  | 'rejected'
  | 'fallback'
  | 'ignored'
  | 'unguarded';

/** How a call that was let through ended, before any fallback. */
type RunOutcome = Extract<BreakerOutcome, 'success' | 'failure' | 'timeout' | 'ignored'>;

export interface BreakerSetup {
  /** Those that it can be in. */
  readonly states: readonly BreakerState[];
  /** Those that its calls can have. */
  readonly outcomes: readonly BreakerOutcome[];
  readonly runs: readonly RunOutcome[];
  readonly state: BreakerState;
}

/** What is recorded of one breaker, whichever library it is from. */
export interface BreakerRecord {
  state(): BreakerState;
  /** Nothing when it is in that state already. */
  move(to: BreakerState, cause: string): void;
  /** One call, as its caller saw it. */
  call(outcome: BreakerOutcome): void;
  /** Says on the active span what was decided about a call that did not simply succeed. */
  decided(outcome: BreakerOutcome): void;
  /** One call that was let through, as the dependency answered it. */
  run(outcome: RunOutcome, durationMs: number): void;
  /** @param openForMs how long it stays open, counted from when it opened; undefined when that is not known */
  collect(state: BreakerState, openForMs: number | undefined): void;
  /**
   * Whether the next call decides: it is half open, or open with its wait over.
   *
   * @param openForMs as for `collect`; where it is not known, `UNKNOWN_OPEN_MS` is taken
   */
  awaitsCall(openForMs: number | undefined): boolean;
  /** How long it has been in its state [s]. */
  stateSeconds(): number;
}

/**
 * How long a breaker counts as open that does not say how long it waits [ms]: what opossum waits by default.
 *
 * Source: https://github.com/nodeshift/opossum, `resetTimeout`
 */
const UNKNOWN_OPEN_MS = 30_000;

/** In a state of which health suffers. A breaker that is disabled guards nothing, and that is not as it should be. */
const UNWELL: ReadonlySet<BreakerState> = new Set(['open', 'half_open', 'isolated', 'disabled']);

export function createBreakerRecord(context: WatchContext, setup: BreakerSetup): BreakerRecord {
  const { nowMs } = context;
  const states = setup.states.map((state) => ({
    state,
    gauge: context.gauge('circuit_breaker_state', state),
    seconds: context.counter('circuit_breaker_state_seconds_total', state),
  }));
  // Each from the start: a counter that begins with its first event hides that event from `rate`.
  const transitions = new Map<string, CounterSeries>();
  for (const from of setup.states) {
    for (const to of setup.states) {
      if (from === to) continue;
      transitions.set(`${from} ${to}`, context.counter('circuit_breaker_transitions_total', from, to));
    }
  }
  const calls = Object.fromEntries(
    setup.outcomes.map((outcome) => [outcome, context.counter('circuit_breaker_calls_total', outcome)]),
  ) as Readonly<Partial<Record<BreakerOutcome, CounterSeries>>>;
  const runs = Object.fromEntries(
    setup.runs.map((outcome) => [
      outcome,
      context.histogram('circuit_breaker_call_duration_seconds', outcome),
    ]),
  ) as Readonly<Partial<Record<RunOutcome, HistogramSeries>>>;
  const remaining = context.gauge('circuit_breaker_open_remaining_seconds');
  const recovery = context.histogram('circuit_breaker_recovery_duration_seconds');

  let now = setup.state;
  let sinceMs = nowMs();
  let countedMs = sinceMs;
  /** When a closed breaker opened, until it is closed again; one that was isolated did not fail. */
  let outageSinceMs = now === 'open' || now === 'half_open' ? sinceMs : undefined;

  function countTime(atMs: number): void {
    const spentMs = Math.max(0, atMs - countedMs);
    countedMs = atMs;
    for (const { state, seconds } of states) if (state === now) seconds.add(secondsOf(spentMs));
  }

  function show(): void {
    for (const { state, gauge } of states) gauge.set(state === now ? 1 : 0);
  }

  function followOutage(to: BreakerState, atMs: number): void {
    if (to === 'open') outageSinceMs ??= atMs;
    else if (to === 'closed' && outageSinceMs !== undefined) {
      recovery.observe(secondsOf(Math.max(0, atMs - outageSinceMs)));
      outageSinceMs = undefined;
    } else if (to !== 'half_open') outageSinceMs = undefined;
  }

  function move(to: BreakerState, cause: string): void {
    if (to === now) return;
    const from = now;
    const atMs = nowMs();
    countTime(atMs);
    now = to;
    sinceMs = atMs;
    transitions.get(`${from} ${to}`)?.add(1);
    followOutage(to, atMs);
    show();
    context.transition({
      from,
      to,
      cause,
      health: UNWELL.has(to) ? 'degraded' : 'up',
      // On the way back: no news for whoever is woken by a warning.
      ...(to === 'half_open' && { level: 'info' }),
    });
  }

  show();
  remaining.set(0);
  if (UNWELL.has(now))
    context.transition({
      from: undefined,
      to: now,
      cause: 'it was so when watching began',
      health: 'degraded',
    });

  return {
    state: () => now,
    move,
    call(outcome) {
      calls[outcome]?.add(1);
    },
    decided: context.decided,
    run(outcome, durationMs) {
      runs[outcome]?.observe(secondsOf(Math.max(0, durationMs)), activeTraceRef());
    },
    collect(state, openForMs) {
      move(state, 'found so, without a word from the breaker');
      const atMs = nowMs();
      countTime(atMs);
      const leftMs = now === 'open' && openForMs !== undefined ? sinceMs + openForMs - atMs : 0;
      remaining.set(secondsOf(Math.max(0, leftMs)));
    },
    awaitsCall(openForMs = UNKNOWN_OPEN_MS) {
      return now === 'half_open' || (now === 'open' && nowMs() - sinceMs >= openForMs);
    },
    stateSeconds: () => secondsOf(Math.max(0, nowMs() - sinceMs)),
  };
}
