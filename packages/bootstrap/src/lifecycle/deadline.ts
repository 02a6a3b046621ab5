/** What a wait ended with. */
export type WaitEnd = 'done' | 'deadline' | 'stopped';

/** A wait that can be ended before its time. */
export interface Wait {
  readonly ended: Promise<WaitEnd>;
  stop(): void;
}

/**
 * Waits for some work, but no longer than a deadline. A failure counts as done: who fails does not succeed by waiting.
 *
 * The process stays alive meanwhile, and not a moment longer.
 *
 * @param deadlineMs longest wait [ms]
 */
export function waitFor(work: () => Promise<unknown>, deadlineMs: number): Wait {
  let finish!: (end: WaitEnd) => void;
  const ended = new Promise<WaitEnd>((resolve) => {
    finish = resolve;
  });
  const timer = setTimeout(() => finish('deadline'), deadlineMs);
  const settle = (): void => {
    clearTimeout(timer);
    finish('done');
  };
  try {
    work().then(settle, settle);
  } catch {
    settle();
  }
  return {
    ended,
    stop() {
      clearTimeout(timer);
      finish('stopped');
    },
  };
}

/** The time that the end of the process may take in all, whatever asks for a part of it. */
export interface Budget {
  /** The end has begun: what comes now comes out of the same time. */
  begin(): void;
  /** What is left of it [ms]; all of it when the process went on after an earlier begin. */
  leftMs(): number;
}

/** How long after the deadline an `exit` still belongs to the same end [ms]. */
const SAME_END_MS = 1000;

/** @param now time [ms], monotonic */
export function createBudget(deadlineMs: number, now: () => number = () => performance.now()): Budget {
  let beganAtMs = -Infinity;
  const spentMs = (): number => now() - beganAtMs;
  const over = (): boolean => spentMs() > deadlineMs + SAME_END_MS;
  return {
    begin() {
      if (over()) beganAtMs = now();
    },
    // A timer may be up to 1 ms early.
    leftMs: () => (over() ? deadlineMs : Math.max(0, Math.floor(deadlineMs - spentMs()))),
  };
}
