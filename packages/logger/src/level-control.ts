import { SightlineError } from '@sightline/errors';

/** A level's name, or `silent`. */
export type LevelName = string;

export interface LevelChange {
  /** The module whose level changes; without it the logger's own. */
  readonly module?: string | undefined;
  /** How long the change holds [ms]; `Infinity` for as long as the process runs. Default: 15 minutes. */
  readonly ttlMs?: number | undefined;
}

/** What a level can be set on: a pino logger. */
export interface Leveled {
  level: LevelName;
}

export interface LevelControl {
  /** Registers a child that belongs to a module and gives it the module's level, if one is set. */
  adopt(module: string, child: Leveled): void;
  /**
   * Sets a level for a while. A later change to the same target takes the place of an earlier one.
   *
   * @returns takes the change back at once
   * @throws {SightlineError} `SIGHTLINE_LOGGER_MODULE_LEVEL` when the level is none or the time is no time
   */
  change(level: LevelName, change?: LevelChange): () => void;
  /** The levels in force, by module; the logger's own under `''`. */
  current(): Readonly<Record<string, LevelName>>;
  /** Takes every change back and forgets the timers. */
  close(): void;
}

/** Long enough to look at an incident, short enough that debug lines do not stay on unseen. */
const DEFAULT_TTL_MS = 15 * 60_000;
/** The longest time that a Node timer takes. */
const MAX_TTL_MS = 2 ** 31 - 1;

export interface LevelControlSetup {
  readonly root: Leveled;
  /** Levels by module, as configured. */
  readonly modules: Readonly<Record<string, LevelName>>;
  /** Every name that is a level. */
  readonly names: readonly string[];
  readonly setTimer?: ((run: () => void, ms: number) => { unref?: () => unknown }) | undefined;
  readonly clearTimer?: ((timer: never) => void) | undefined;
}

interface Pending {
  readonly timer: unknown;
  readonly token: object;
}

/** The levels of a logger and its modules, and their changes at run time. */
export function createLevelControl({
  root,
  modules,
  names,
  setTimer = setTimeout,
  clearTimer = clearTimeout as (timer: never) => void,
}: LevelControlSetup): LevelControl {
  const configuredRoot = root.level;
  /** Children are held weakly: a service may make one for each request. */
  const children = new Map<string, Set<WeakRef<Leveled>>>();
  const forgotten = new FinalizationRegistry<{ module: string; reference: WeakRef<Leveled> }>(
    ({ module, reference }) => {
      const members = children.get(module);
      members?.delete(reference);
      if (members?.size === 0) children.delete(module);
    },
  );
  const inForce = new Map<string, LevelName>(Object.entries(modules));
  const pending = new Map<string, Pending>();

  function apply(module: string | undefined, level: LevelName): void {
    if (module === undefined) {
      root.level = level;
      return;
    }
    for (const reference of children.get(module) ?? []) {
      const child = reference.deref();
      if (child !== undefined) child.level = level;
    }
  }

  function forget(key: string): void {
    const entry = pending.get(key);
    if (entry === undefined) return;
    clearTimer(entry.timer as never);
    pending.delete(key);
  }

  function revert(module: string | undefined): void {
    const key = module ?? '';
    forget(key);
    const configured = module === undefined ? configuredRoot : modules[module];
    if (module !== undefined) {
      if (configured === undefined) inForce.delete(module);
      else inForce.set(module, configured);
    }
    apply(module, configured ?? root.level);
  }

  return {
    adopt(module, child) {
      const reference = new WeakRef(child);
      const members = children.get(module) ?? new Set();
      children.set(module, members.add(reference));
      forgotten.register(child, { module, reference });
      const level = inForce.get(module);
      if (level !== undefined && child.level !== level) child.level = level;
    },

    change(level, { module, ttlMs = DEFAULT_TTL_MS } = {}) {
      if (!names.includes(level)) throw unknownLevel(level, names);
      if (!(ttlMs > 0)) throw unknownTime(ttlMs);
      const key = module ?? '';
      forget(key);
      if (module !== undefined) inForce.set(module, level);
      apply(module, level);
      const token = {};
      const timer =
        ttlMs === Infinity ? undefined : setTimer(() => revert(module), Math.min(ttlMs, MAX_TTL_MS));
      timer?.unref?.();
      pending.set(key, { timer, token });
      return () => {
        if (pending.get(key)?.token === token) revert(module);
      };
    },

    current() {
      return Object.fromEntries([['', root.level], ...inForce]);
    },

    close() {
      for (const key of pending.keys()) revert(key === '' ? undefined : key);
    },
  };
}

function unknownLevel(level: unknown, names: readonly string[]): SightlineError {
  return new SightlineError('SIGHTLINE_LOGGER_MODULE_LEVEL', {
    problem: typeof level === 'string' && level.length <= 20 ? `'${level}' is no level` : 'the level is none',
    expected: `one of ${names.join(', ')}`,
    fix: 'use one of these names; the level stays as it was',
  });
}

function unknownTime(ttlMs: unknown): SightlineError {
  return new SightlineError('SIGHTLINE_LOGGER_MODULE_LEVEL', {
    problem: `ttlMs is ${String(ttlMs).slice(0, 20)}`,
    expected: 'a positive number of milliseconds, or Infinity',
    fix: 'pass how long the level is to hold, in milliseconds; the level stays as it was',
  });
}
