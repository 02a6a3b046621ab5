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

/**
 * The time that the end of the process may be waited for in all, whatever asks for a part of it. Waits alone take from it: what the
 * application does between them is its own.
 */
export interface Budget {
  /**
   * A wait begins, perhaps beside others.
   *
   * @returns ends it
   */
  begin(): () => void;
  /** What is left of it, whole [ms]; all of it when the process went on after the last wait. */
  leftMs(): number;
  /** A wait has taken all of it. */
  spend(): void;
}

/** How long after a wait the next one still belongs to the same end [ms]. */
const SAME_END_MS = 1000;

/** @param now time [ms], monotonic */
export function createBudget(deadlineMs: number, now: () => number = () => performance.now()): Budget {
  let waits = 0;
  /** When the first of the waits that run began, or when the last one ended. */
  let sinceMs = -Infinity;
  /** Taken by those that have ended. */
  let takenMs = 0;
  const over = (): boolean => waits === 0 && now() - sinceMs > SAME_END_MS;
  const spentMs = (): number => (waits === 0 ? takenMs : takenMs + now() - sinceMs);
  return {
    begin() {
      if (over()) takenMs = 0;
      if (waits === 0) sinceMs = now();
      waits += 1;
      return () => {
        takenMs = spentMs();
        sinceMs = now();
        waits -= 1;
      };
    },
    leftMs: () => (over() ? deadlineMs : Math.max(0, Math.floor(deadlineMs - spentMs()))),
    // By the clock some of it may be left: timers go by the time at which the turn began.
    spend() {
      takenMs = deadlineMs;
    },
  };
}

/** Waits for some work for what is left of the time. */
export function waitWithin(budget: Budget, work: (leftMs: number) => Promise<unknown>): Wait {
  const finish = budget.begin();
  const leftMs = budget.leftMs();
  const { ended, stop } = waitFor(() => work(leftMs), leftMs);
  return {
    stop,
    ended: ended.then((end) => {
      finish();
      if (end === 'deadline') budget.spend();
      return end;
    }),
  };
}
