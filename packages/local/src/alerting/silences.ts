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

/** How long one that is over can still be seen [ms]. Source: Alertmanager's `--data.retention` */
const RETENTION_MS = 120 * 3_600_000;
const MAX_SILENCES = 10_000;

export function silenceState({ startsAtMs, endsAtMs }: Silence, nowMs: number): SilenceState {
  if (endsAtMs <= nowMs) return 'expired';
  return startsAtMs > nowMs ? 'pending' : 'active';
}

export function createSilences(): Silences {
  const byId = new Map<string, Silence>();

  function forgetOld(nowMs: number): void {
    for (const { id, endsAtMs } of byId.values()) if (endsAtMs < nowMs - RETENTION_MS) byId.delete(id);
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
      if (before !== undefined && !isChange && silenceState(before, nowMs) !== 'expired') {
        byId.set(before.id, { ...before, endsAtMs: nowMs, updatedAtMs: nowMs });
      }
      const id = isChange ? before.id : randomUUID();
      // One that is changed while it goes on began when it did; a new one covers nothing that was before it.
      const startsAtMs = isChange ? rest.startsAtMs : Math.max(rest.startsAtMs, nowMs);
      byId.set(id, { ...rest, id, startsAtMs, updatedAtMs: nowMs });
      return id;
    },
    expire(id, nowMs) {
      const silence = byId.get(id);
      if (silence === undefined) return false;
      const startsAtMs = Math.min(silence.startsAtMs, nowMs);
      byId.set(id, { ...silence, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs });
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
