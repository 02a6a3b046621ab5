/** What a wait ended with. */
export type WaitEnd = 'done' | 'failed' | 'deadline' | 'stopped';

/** A wait that can be ended before its time. */
export interface Wait {
  readonly ended: Promise<WaitEnd>;
  stop(): void;
}

/**
 * Waits for some work, but no longer than a deadline. Never rejects.
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
  const settle = (end: WaitEnd): void => {
    clearTimeout(timer);
    finish(end);
  };
  try {
    work().then(
      () => settle('done'),
      () => settle('failed'),
    );
  } catch {
    settle('failed');
  }
  return {
    ended,
    stop: () => settle('stopped'),
  };
}

/** The time that the end of the process may take in all, whatever asks for a part of it. */
export interface Budget {
  /** The end has begun: what comes now comes out of the same time. */
  begin(): void;
  /** What is left of it, whole [ms]; all of it when the process went on after an earlier begin. */
  leftMs(): number;
  /** A wait has taken all of it. */
  spend(): void;
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
    leftMs: () => (over() ? deadlineMs : Math.max(0, Math.floor(deadlineMs - spentMs()))),
    // By the clock some of it may be left: timers go by the time at which the turn began.
    spend() {
      beganAtMs = now() - deadlineMs;
    },
  };
}

/** Begins the end, and waits for some work for what is left of its time. */
export function waitWithin(budget: Budget, work: (leftMs: number) => Promise<unknown>): Wait {
  budget.begin();
  const leftMs = budget.leftMs();
  const { ended, stop } = waitFor(() => work(leftMs), leftMs);
  return {
    stop,
    ended: ended.then((end) => {
      if (end === 'deadline') budget.spend();
      return end;
    }),
  };
}
