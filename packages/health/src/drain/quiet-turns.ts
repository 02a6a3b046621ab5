/** Finds the moments at which nobody's connection or request waits to be taken. */
export interface QuietTurns<Thing> {
  /** Something has come for it. */
  came(thing: Thing): void;
  /**
   * Waits until nothing comes for it in a turn of the event loop. Again while it waits, it waits no longer by that.
   *
   * @param act called then, in the same turn: what comes later than this is late
   */
  wait(thing: Thing, limits: QuietLimits, act: () => void): void;
}

interface QuietLimits {
  /** Longest wait [ms]. */
  readonly limitMs: number;
  /** Ends the wait. */
  readonly hurry?: AbortSignal | undefined;
  /** Called once where the wait is long: more comes than is served. */
  readonly onOverload?: (() => void) | undefined;
}

/** A turn of the event loop so short that hardly anything can have come since it looked [ms]. */
const SHORT_TURN_MS = 0.1;
/** By so much of the wait for a short turn a longer one will do. */
const LONGER_TURN_RATIO = 0.002;
const OVERLOAD_MS = 250;

interface Wait extends QuietLimits {
  readonly beganAtMs: number;
  readonly act: () => void;
  isOverloaded: boolean;
  /** It may have begun after the event loop has asked in this turn: only the next one is a whole turn. */
  isNew: boolean;
}

/**
 * The event loop asks the system once in each turn what has come, and takes it. So nothing has come for what it took nothing for,
 * but in the time since it asked: the shorter the turn, the surer that is.
 *
 * @param now time [ms], monotonic
 */
export function createQuietTurns<Thing extends object>(
  now: () => number = () => performance.now(),
): QuietTurns<Thing> {
  const waits = new Map<Thing, Wait>();
  const busy = new Set<Thing>();
  let turnAtMs = 0;
  let isWaiting = false;

  function nextTurn(): void {
    isWaiting = true;
    busy.clear();
    turnAtMs = now();
    setImmediate(look);
  }

  function look(): void {
    const atMs = now();
    for (const [thing, wait] of waits) {
      const spentMs = atMs - wait.beganAtMs;
      const isShort = atMs - turnAtMs <= SHORT_TURN_MS + spentMs * LONGER_TURN_RATIO;
      const isOver = spentMs >= wait.limitMs || wait.hurry?.aborted === true;
      if (isOver || (isShort && !wait.isNew && !busy.has(thing))) {
        waits.delete(thing);
        wait.act();
      } else if (spentMs > OVERLOAD_MS && !wait.isOverloaded) {
        wait.isOverloaded = true;
        wait.onOverload?.();
      }
      wait.isNew = false;
    }
    isWaiting = false;
    if (waits.size > 0) nextTurn();
  }

  return {
    came(thing) {
      if (isWaiting) busy.add(thing);
    },
    wait(thing, limits, act) {
      if (limits.limitMs <= 0 || limits.hurry?.aborted === true) {
        act();
        return;
      }
      const beganAtMs = waits.get(thing)?.beganAtMs ?? now();
      waits.set(thing, { ...limits, act, beganAtMs, isOverloaded: false, isNew: true });
      if (!isWaiting) nextTurn();
    },
  };
}
