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
  all(): readonly Silence[];
  get(id: string): Silence | undefined;
  /**
   * Makes a silence, or changes the one of that id: one whose matchers change, or that is over, becomes another.
   *
   * @returns its id
   * @throws {SilenceError}
   */
  set(given: Omit<Silence, 'id' | 'updatedAtMs'> & { readonly id?: string }, nowMs: number): string;
  /** Ends it now. @returns false when there is none of that id */
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
const MAX_SILENCES = 10_000;

export function silenceState({ startsAtMs, endsAtMs }: Silence, nowMs: number): SilenceState {
  if (endsAtMs <= nowMs) return 'expired';
  return startsAtMs > nowMs ? 'pending' : 'active';
}

export function createSilences(file: SilenceFile = inMemory): Silences {
  const byId = new Map(file.all().map((silence) => [silence.id, silence]));

  function forgetOld(nowMs: number): void {
    const old = [...byId.values()].filter(({ endsAtMs }) => endsAtMs < nowMs - RETENTION_MS);
    if (old.length === 0) return;
    file.forget(old.map(({ id }) => id));
    for (const { id } of old) byId.delete(id);
  }

  function change(changed: readonly Silence[]): void {
    file.keep(changed);
    for (const silence of changed) byId.set(silence.id, silence);
  }

  return {
    all: () => [...byId.values()],
    get: (id) => byId.get(id),
    set(given, nowMs) {
      forgetOld(nowMs);
      const problem = problemOf(given, nowMs);
      if (problem !== undefined) throw new SilenceError(problem);
      const { id: givenId, ...rest } = given;
      const before = givenId === undefined ? undefined : byId.get(givenId);
      if (givenId !== undefined && before === undefined)
        throw new SilenceError('silence not found', 'unknown');
      if (before === undefined && byId.size >= MAX_SILENCES) {
        throw new SilenceError(`there are ${MAX_SILENCES} silences already`);
      }
      const isChange = before !== undefined && canChange(before, rest, nowMs);
      const ended =
        before !== undefined && !isChange && silenceState(before, nowMs) !== 'expired'
          ? [{ ...before, endsAtMs: nowMs, updatedAtMs: nowMs }]
          : [];
      const id = isChange ? before.id : randomUUID();
      // One that is changed while it goes on began when it did; a new one covers nothing that was before it.
      const startsAtMs = isChange ? rest.startsAtMs : Math.max(rest.startsAtMs, nowMs);
      change([...ended, { ...rest, id, startsAtMs, updatedAtMs: nowMs }]);
      return id;
    },
    expire(id, nowMs) {
      const silence = byId.get(id);
      if (silence === undefined) return false;
      const startsAtMs = Math.min(silence.startsAtMs, nowMs);
      change([{ ...silence, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs }]);
      return true;
    },
    covering: (labels, nowMs) =>
      [...byId.values()]
        .filter((silence) => silenceState(silence, nowMs) === 'active')
        .filter(({ matchers }) => matchers.every((matcher) => compileMatcher(matcher)(labels)))
        .map(({ id }) => id),
  };
}

type Given = Omit<Silence, 'id' | 'updatedAtMs'>;

function problemOf({ matchers, startsAtMs, endsAtMs }: Given, nowMs: number): string | undefined {
  if (!(startsAtMs < endsAtMs)) return 'Failed to create silence: start time must be before end time';
  if (endsAtMs <= nowMs) return "Failed to create silence: end time can't be in the past";
  // Alertmanager asks this of `=` and `=~` alone: a silence of all but one service may be.
  const isEmpty = matchers.every(
    (matcher) => (matcher.op === '=' || matcher.op === '=~') && compileMatcher(matcher)({}),
  );
  return isEmpty ? 'invalid silence: at least one matcher must not match the empty string' : undefined;
}

function canChange(before: Silence, given: Given, nowMs: number): boolean {
  const state = silenceState(before, nowMs);
  if (state === 'expired' || JSON.stringify(before.matchers) !== JSON.stringify(given.matchers)) return false;
  return state === 'pending' ? given.startsAtMs >= nowMs : given.startsAtMs === before.startsAtMs;
}
