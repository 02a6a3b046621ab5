import type { Alert } from './alert.ts';

/** What a receiver was told last of a group. */
export interface Told {
  /** Of the receiver and the group: the same after a restart, and when other routes come or go. */
  readonly id: string;
  /** Fingerprints of the alerts that fired, and of those that were over. */
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
  /** When last it was told to those as well who do not want to hear that alerts are over [ms]. */
  readonly toAllMs: number;
  /** Those that fired, so that their end can be told after a restart too; of many, some. */
  readonly alerts: readonly Alert[];
}

/** Where it is known after a restart too. */
export interface ToldFile {
  /** What an earlier process has left. */
  all(): readonly Told[];
  /** What cannot be kept is not: somebody may be told twice. */
  keep(told: Told): void;
  forget(ids: readonly string[]): void;
}

/** Who was told what, so that nobody is told it again before its time. */
export interface ToldLog {
  get(id: string): Told | undefined;
  set(told: Told): void;
  delete(id: string): void;
  all(): Iterable<Told>;
}

/** How long it is known [ms]. Source: Alertmanager's `--data.retention` */
const KEPT_MS = 120 * 3_600_000;

const inMemory: ToldFile = { all: () => [], keep: () => undefined, forget: () => undefined };

export function toldId(receiver: string, groupKey: string): string {
  return `${receiver} ${groupKey}`;
}

/** @param nowMs what was told long before is forgotten */
export function createToldLog(file: ToldFile = inMemory, nowMs = 0): ToldLog {
  const byId = new Map(file.all().map((told) => [told.id, told]));

  function forgetBefore(timeMs: number): void {
    const old = [...byId.values()].filter((told) => told.timeMs < timeMs).map(({ id }) => id);
    if (old.length === 0) return;
    for (const id of old) byId.delete(id);
    file.forget(old);
  }

  forgetBefore(nowMs - KEPT_MS);
  return {
    get: (id) => byId.get(id),
    set(told) {
      forgetBefore(told.timeMs - KEPT_MS);
      byId.set(told.id, told);
      file.keep(told);
    },
    delete(id) {
      if (byId.delete(id)) file.forget([id]);
    },
    all: () => byId.values(),
  };
}
