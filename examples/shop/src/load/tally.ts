/** How many requests of one method to one route came back with one status. */
export interface Tallied {
  readonly method: string;
  /** Undefined where no route matches, and where the door turned it away before one could. */
  readonly route: string | undefined;
  /** `aborted` when the visitor left on purpose, `failed` when no answer came that should have. */
  readonly status: number | 'aborted' | 'failed';
  readonly count: number;
  /** All of them together, from the call to the end of the answer [s]. */
  readonly seconds: number;
}

/** What was sent and what came back. */
export interface LoadReport {
  readonly sent: number;
  readonly tallies: readonly Tallied[];
  /** Why requests failed, the first few. */
  readonly failures: readonly string[];
}

/** Counts requests. */
export interface Tally {
  add(entry: Omit<Tallied, 'count'>): void;
  fail(reason: string): void;
  report(): LoadReport;
}

const KEPT_FAILURES = 10;

export function createTally(): Tally {
  const tallies = new Map<string, Tallied>();
  const failures: string[] = [];
  let sent = 0;
  return {
    add({ method, route, status, seconds }) {
      sent += 1;
      const key = `${method} ${route ?? ''} ${status}`;
      const before = tallies.get(key);
      tallies.set(key, {
        method,
        route,
        status,
        count: (before?.count ?? 0) + 1,
        seconds: (before?.seconds ?? 0) + seconds,
      });
    },
    fail(reason) {
      if (failures.length < KEPT_FAILURES) failures.push(reason);
    },
    report: () => ({ sent, tallies: [...tallies.values()], failures: [...failures] }),
  };
}
