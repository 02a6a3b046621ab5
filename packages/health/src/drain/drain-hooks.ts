import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { waitUntil } from './wait.ts';

/** The order in which hooks run: each phase begins when the one before it is over. */
export const drainPhases = ['servers', 'consumers', 'pools', 'telemetry'] as const;
export type DrainPhase = (typeof drainPhases)[number];
/** Those that begin when the servers have ended. */
export const laterPhases = drainPhases.slice(1);

/** Something that ends with the service. */
export interface DrainHook {
  /**
   * `servers`: beside the requests that are still being answered, such as closing WebSockets; `consumers`: what takes
   * messages and jobs; `pools`: connections to databases and caches; `telemetry`: what is sent elsewhere than by Sightline.
   */
  readonly phase: DrainPhase;
  /** @param signal aborts when its time is up, and when a second signal hurries the end */
  run(signal: AbortSignal): unknown;
  /** Longest wait for it [ms]. Default: `deadlineMs` in the phase `servers`, `hookTimeoutMs` in the others. */
  readonly timeoutMs?: number | undefined;
}

/** Longer than a drain, so that one may wait for the drains of other processes [ms]. */
const LONGEST_HOOK_MS = 3_600_000;

const drainHookSchema = z.strictObject({
  phase: z.enum(drainPhases),
  run: z.custom<DrainHook['run']>((value) => typeof value === 'function', 'a function'),
  timeoutMs: z.int().min(0).max(LONGEST_HOOK_MS).optional(),
});

/** What came of a hook. */
export interface DrainHookOutcome {
  readonly name: string;
  readonly phase: DrainPhase;
  /** `hurried`: a second signal came before it was done. */
  readonly outcome: 'done' | 'failed' | 'timeout' | 'hurried';
  readonly durationMs: number;
  /** What it threw. */
  readonly error?: unknown;
}

export interface DrainHooks {
  /**
   * @returns takes it out again
   * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming everything that is wrong with it
   */
  add(name: string, hook: DrainHook): () => void;
  /**
   * Runs those of a phase side by side; one that fails or hangs does not stop the others. Never rejects.
   *
   * @param timeoutMs longest wait for those that have no time of their own [ms]
   * @param hurry aborts: nothing is waited for any more
   */
  run(phase: DrainPhase, timeoutMs: number, hurry: AbortSignal): Promise<readonly DrainHookOutcome[]>;
}

export function createDrainHooks(now: () => number): DrainHooks {
  const hooks = new Set<{ readonly name: string; readonly hook: DrainHook }>();

  async function runOne(
    name: string,
    hook: DrainHook,
    timeoutMs: number,
    hurry: AbortSignal,
  ): Promise<DrainHookOutcome> {
    const beganAtMs = now();
    const controller = new AbortController();
    const end = await waitUntil(async () => hook.run(controller.signal), timeoutMs, hurry);
    // A hook that is not waited for any more learns it.
    controller.abort();
    return {
      name,
      phase: hook.phase,
      outcome: end.outcome,
      durationMs: now() - beganAtMs,
      ...(end.outcome === 'failed' && { error: end.error }),
    };
  }

  return {
    add(name, hook) {
      parseOptions(`drain.add(${JSON.stringify(name)})`, drainHookSchema, hook);
      const entry = { name, hook };
      hooks.add(entry);
      return () => {
        hooks.delete(entry);
      };
    },
    run: (phase, timeoutMs, hurry) =>
      Promise.all(
        [...hooks]
          .filter(({ hook }) => hook.phase === phase)
          .map(({ name, hook }) => runOne(name, hook, hook.timeoutMs ?? timeoutMs, hurry)),
      ),
  };
}
