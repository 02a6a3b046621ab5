import { randomUUID } from 'node:crypto';
import type { LabelMatcher, Labels } from '@sightline/query';
import { compileMatcher } from '../store/compiled-matcher.ts';

export interface Silence {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  /** Since 1970 [ms]. */
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly updatedAtMs: number;
}

export type SilenceState = 'pending' | 'active' | 'expired';

/** A silence that cannot be; the message says why. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  readonly problem: 'invalid' | 'unknown';

  constructor(message: string, problem: 'invalid' | 'unknown' = 'invalid') {
    super(message);
    this.problem = problem;
  }
}

export interface Silences {
  /** In no order. */
  all(): readonly Silence[];
  get(id: string): Silence | undefined;
  /**
   * Makes a silence, or changes the one of that id: one whose matchers change, or that is over, becomes another.
   *
   * @returns its id
   * @throws {SilenceError}
   */
  set(given: Omit<Silence, 'id' | 'updatedAtMs'> & { readonly id?: string }, nowMs: number): string;
  /** Ends it now, if it is not over. @returns false when there is none of that id */
  expire(id: string, nowMs: number): boolean;
  /** Ids of the silences that cover an alert. */
  covering(labels: Labels, nowMs: number): readonly string[];
}

/** Where silences are there after a restart too. */
export interface SilenceFile {
  /** Those that an earlier process has left. */
  all(): readonly Silence[];
  /** Keeps what was made or changed, before it takes effect. @throws when it cannot: nothing has changed then */
  keep(changed: readonly Silence[]): void;
  forget(ids: readonly string[]): void;
}

const inMemory: SilenceFile = { all: () => [], keep: () => undefined, forget: () => undefined };

/** How long one that is over can still be seen [ms]. Source: Alertmanager's `--data.retention` */
const RETENTION_MS = 120 * 3_600_000;
const FORGET_EVERY_MS = 60_000;
const MAX_SILENCES = 10_000;

const STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

/** In Alertmanager's order: what ends next, what begins next, and what has ended last. */
export function sortedSilences(silences: readonly Silence[], nowMs: number): readonly Silence[] {
  const order = (silence: Silence): readonly [state: number, timeMs: number] => {
    const state = silenceState(silence, nowMs);
    const timeMs = { active: silence.endsAtMs, pending: silence.startsAtMs, expired: -silence.endsAtMs };
    return [STATES.indexOf(state), timeMs[state]];
  };
  return silences.toSorted((a, b) => {
    const [stateOfA, timeOfA] = order(a);
    const [stateOfB, timeOfB] = order(b);
    return stateOfA - stateOfB || timeOfA - timeOfB;
  });
}

export function silenceState({ startsAtMs, endsAtMs }: Silence, nowMs: number): SilenceState {
  if (endsAtMs <= nowMs) return 'expired';
  return startsAtMs > nowMs ? 'pending' : 'active';
}

/** A silence with its matchers made ready. */
interface Held {
  readonly silence: Silence;
  readonly fits: (labels: Labels) => boolean;
}

/**
 * @param file where they are kept; one of it that can cover nothing, as its regular expression is none, is forgotten
 * @param onProblem hears of what was forgotten
 */
export function createSilences(
  file: SilenceFile = inMemory,
  onProblem: (message: string) => void = () => undefined,
): Silences {
  const byId = new Map<string, Held>();
  for (const silence of file.all()) {
    try {
      byId.set(silence.id, held(silence));
    } catch (error) {
      if (!(error instanceof SilenceError)) throw error;
      onProblem(`silence ${silence.id} is forgotten: ${error.message}`);
      file.forget([silence.id]);
    }
  }

  let forgetsAgainMs = -Infinity;
  function forgetOld(nowMs: number): void {
    if (nowMs < forgetsAgainMs) return;
    forgetsAgainMs = nowMs + FORGET_EVERY_MS;
    const old: string[] = [];
    for (const [id, { silence }] of byId) if (silence.endsAtMs < nowMs - RETENTION_MS) old.push(id);
    if (old.length === 0) return;
    file.forget(old);
    for (const id of old) byId.delete(id);
  }

  function change(changed: readonly Silence[]): void {
    const ready = changed.map(held);
    file.keep(changed);
    for (const each of ready) byId.set(each.silence.id, each);
  }

  return {
    all: () => Array.from(byId.values(), ({ silence }) => silence),
    get: (id) => byId.get(id)?.silence,
    set(given, nowMs) {
      forgetOld(nowMs);
      const problem = problemOf(given, nowMs);
      if (problem !== undefined) throw new SilenceError(problem);
      const { id: givenId, ...rest } = given;
      const before = givenId === undefined ? undefined : byId.get(givenId)?.silence;
      if (givenId !== undefined && before === undefined)
        throw new SilenceError('silence not found', 'unknown');
      if (before === undefined && byId.size >= MAX_SILENCES) {
        throw new SilenceError(`there are ${MAX_SILENCES} silences already`);
      }
      const isChange = before !== undefined && canChange(before, rest, nowMs);
      const ended =
        before !== undefined && !isChange && silenceState(before, nowMs) !== 'expired'
          ? [endedAt(before, nowMs)]
          : [];
      const id = isChange ? before.id : randomUUID();
      // One that is changed while it goes on began when it did; a new one covers nothing that was before it.
      const startsAtMs = isChange ? rest.startsAtMs : Math.max(rest.startsAtMs, nowMs);
      change([...ended, { ...rest, id, startsAtMs, updatedAtMs: nowMs }]);
      return id;
    },
    expire(id, nowMs) {
      const silence = byId.get(id)?.silence;
      if (silence === undefined) return false;
      if (silenceState(silence, nowMs) === 'expired') return true;
      change([endedAt(silence, nowMs)]);
      return true;
    },
    covering: (labels, nowMs) =>
      [...byId.values()]
        .filter(({ silence, fits }) => silenceState(silence, nowMs) === 'active' && fits(labels))
        .map(({ silence }) => silence.id),
  };
}

type Given = Omit<Silence, 'id' | 'updatedAtMs'>;

/** @throws {SilenceError} */
function held(silence: Silence): Held {
  const tests = compiled(silence.matchers);
  return { silence, fits: (labels) => tests.every((fits) => fits(labels)) };
}

/** @throws {SilenceError} naming the first whose regular expression is none */
function compiled(matchers: readonly LabelMatcher[]): readonly ((labels: Labels) => boolean)[] {
  return matchers.map((matcher, at) => {
    try {
      return compileMatcher(matcher);
    } catch (error) {
      throw new SilenceError(`invalid silence: invalid label matcher ${at}: ${(error as Error).message}`);
    }
  });
}

/** @throws {SilenceError} */
function problemOf({ matchers, startsAtMs, endsAtMs }: Given, nowMs: number): string | undefined {
  if (!(startsAtMs < endsAtMs)) return 'Failed to create silence: start time must be before end time';
  if (endsAtMs <= nowMs) return "Failed to create silence: end time can't be in the past";
  const tests = compiled(matchers);
  // Alertmanager asks this of `=` and `=~` alone: a silence of all but one service may be.
  const isEmpty = matchers.every(({ op }, at) => (op === '=' || op === '=~') && tests[at]!({}));
  return isEmpty ? 'invalid silence: at least one matcher must not match the empty string' : undefined;
}

/** One that has not begun covers nothing: it begins and ends at the same time. */
function endedAt(silence: Silence, nowMs: number): Silence {
  const startsAtMs = Math.min(silence.startsAtMs, nowMs);
  return { ...silence, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs };
}

/** As in Alertmanager, by whole seconds: clients send back times without their fraction. */
function canChange(before: Silence, given: Given, nowMs: number): boolean {
  const state = silenceState(before, nowMs);
  if (state === 'expired' || JSON.stringify(before.matchers) !== JSON.stringify(given.matchers)) return false;
  if (state === 'pending') return given.startsAtMs >= nowMs;
  return Math.floor(given.startsAtMs / 1000) === Math.floor(before.startsAtMs / 1000);
}
