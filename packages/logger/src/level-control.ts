import { SightlineError } from '@sightline/errors';
import type { Logger as PinoLogger } from 'pino';
import { levelValSym } from './pino-internals.ts';

/** A level's name, or `silent`. */
type LevelName = string;

export interface LevelChange {
  /** The module whose level changes; without it the logger's own. */
  readonly module?: string | undefined;
  /** How long the change holds [ms]; `Infinity` for as long as the process runs. Default: 15 minutes. */
  readonly ttlMs?: number | undefined;
}

export interface LevelControl {
  /**
   * Registers a child that belongs to a module and gives it the module's level, if one is set.
   *
   * @param hasOwnLevel whether `child()` was told a level: it beats the configured one, and not a change at run time
   */
  adopt(module: string, child: PinoLogger, hasOwnLevel: boolean): void;
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
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface LevelControlSetup {
  readonly root: PinoLogger;
  /** Levels by module, as configured. */
  readonly modules: Readonly<Record<string, LevelName>>;
  /** Every name that is a level. */
  readonly names: readonly string[];
}

/** A child of a module, held weakly: a service may make one for each request. */
interface Member {
  readonly reference: WeakRef<PinoLogger>;
  /** The level that it was made with, where it is its own. */
  readonly own: LevelName | undefined;
}

/** A change that holds for now. */
interface Change {
  readonly level: LevelName;
  /** What the logger goes back to; modules have theirs configured or inherited. */
  readonly before: LevelName;
  timer?: NodeJS.Timeout | undefined;
}

/** The levels of a logger and its modules, and their changes at run time. */
export function createLevelControl({ root, modules, names }: LevelControlSetup): LevelControl {
  const configured = new Map(Object.entries(modules));
  const members = new Map<string, Set<Member>>();
  const forgotten = new FinalizationRegistry<{ module: string; member: Member }>(({ module, member }) => {
    const left = members.get(module);
    left?.delete(member);
    if (left?.size === 0) members.delete(module);
  });
  /** By module; the logger's own under undefined. */
  const changes = new Map<string | undefined, Change>();

  function eachChild(module: string, visit: (child: PinoLogger, own: LevelName | undefined) => void): void {
    for (const { reference, own } of members.get(module) ?? []) {
      const child = reference.deref();
      if (child !== undefined) visit(child, own);
    }
  }

  function revert(module: string | undefined): void {
    const change = changes.get(module);
    if (change === undefined) return;
    clearTimeout(change.timer);
    changes.delete(module);
    if (module === undefined) {
      root.level = change.before;
      return;
    }
    eachChild(module, (child, own) => {
      const level = own ?? configured.get(module);
      if (level === undefined) inheritLevel(child);
      else setLevel(child, level);
    });
  }

  /** A timer holds for 25 days at most: what is longer is waited for in turns. */
  function revertLater(module: string | undefined, change: Change, ttlMs: number): void {
    if (ttlMs === Infinity) return;
    const waitMs = Math.min(ttlMs, MAX_TIMER_MS);
    change.timer = setTimeout(() => {
      if (ttlMs > waitMs) revertLater(module, change, ttlMs - waitMs);
      else quietly(() => revert(module));
    }, waitMs);
    change.timer.unref();
  }

  return {
    adopt(module, child, hasOwnLevel) {
      const own = hasOwnLevel || Object.hasOwn(child, levelValSym) ? child.level : undefined;
      const member = { reference: new WeakRef(child), own };
      const siblings = members.get(module) ?? new Set();
      members.set(module, siblings.add(member));
      forgotten.register(child, { module, member });
      const level = changes.get(module)?.level ?? (own === undefined ? configured.get(module) : undefined);
      if (level !== undefined) setLevel(child, level);
    },

    change(level, { module, ttlMs = DEFAULT_TTL_MS, ...unknown } = {}) {
      if (!names.includes(level)) throw unknownLevel(level, names);
      if (Object.keys(unknown).length > 0) throw unknownOptions(Object.keys(unknown));
      if (typeof ttlMs !== 'number' || !(ttlMs > 0)) throw unknownTime(ttlMs);
      const earlier = changes.get(module);
      clearTimeout(earlier?.timer);
      const change: Change = { level, before: earlier?.before ?? root.level };
      changes.set(module, change);
      if (module === undefined) root.level = level;
      else eachChild(module, (child) => setLevel(child, level));
      revertLater(module, change, ttlMs);
      return () => {
        if (changes.get(module) === change) revert(module);
      };
    },

    current() {
      const levels = new Map([['', root.level], ...configured]);
      for (const [module, { level }] of changes) if (module !== undefined) levels.set(module, level);
      return Object.fromEntries(levels);
    },

    close() {
      for (const module of changes.keys()) quietly(() => revert(module));
    },
  };
}

/** A child that was made with levels of its own may not know the one that the logger knows: it stays as it is. */
function setLevel(child: PinoLogger, level: LevelName): void {
  if (child.levels.values[level] !== undefined) child.level = level;
}

/** Takes a child's own level away, so that it follows its parent again, as it did before it had one. */
function inheritLevel(child: PinoLogger): void {
  const parent = Object.getPrototypeOf(child) as PinoLogger;
  // Said once more, so that whoever listens to `level-change` hears of it.
  setLevel(child, parent.level);
  const own = child as unknown as Record<string | symbol, unknown>;
  for (const name of Object.keys(child.levels.values)) delete own[name];
  delete own[levelValSym];
}

/** pino tells listeners of the app of every change: what they throw must not end the process from within a timer. */
function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // The level is set by then.
  }
}

function unknownLevel(level: unknown, names: readonly string[]): SightlineError {
  return new SightlineError('SIGHTLINE_LOGGER_MODULE_LEVEL', {
    problem: typeof level === 'string' && level.length <= 20 ? `'${level}' is no level` : 'the level is none',
    expected: `one of ${names.join(', ')}`,
    fix: 'use one of these names; the level stays as it was',
  });
}

function unknownOptions(keys: readonly string[]): SightlineError {
  return new SightlineError('SIGHTLINE_LOGGER_MODULE_LEVEL', {
    problem: `setLevel knows no ${keys.map((key) => key.slice(0, 20)).join(', ')}`,
    expected: 'module and ttlMs',
    fix: 'write ttlMs for the time in milliseconds; the level stays as it was',
  });
}

function unknownTime(ttlMs: unknown): SightlineError {
  return new SightlineError('SIGHTLINE_LOGGER_MODULE_LEVEL', {
    problem: `ttlMs is ${String(ttlMs).slice(0, 20)}`,
    expected: 'a positive number of milliseconds, or Infinity',
    fix: 'pass how long the level is to hold, in milliseconds; the level stays as it was',
  });
}
