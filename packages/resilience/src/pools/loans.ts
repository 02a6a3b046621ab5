/** One thing that is out of its pool. */
interface Loan {
  readonly sinceMs: number;
  /** Where it was taken, when that is kept. */
  readonly site: string | undefined;
  isTold: boolean;
}

/** A thing that is out for longer than is right. */
export interface Overdue {
  readonly heldMs: number;
  readonly site: string | undefined;
}

/** What is out of a pool, without a reference to it. */
export interface Loans {
  lent(resource: unknown, nowMs: number, site: string | undefined): void;
  /** @returns for how long it was out [ms]; undefined for what was not known to be */
  returned(resource: unknown, nowMs: number): number | undefined;
  /** Looks for what is overdue, and tells each once. @returns how many are now */
  overdueCount(nowMs: number): number;
}

/** More than any pool has: what comes beyond is not followed. */
const MAX_LOANS = 10_000;

/**
 * @param overdueAfterMs how long a thing may be out [ms]
 * @param onOverdue told once for each that is out for longer, also when that is found only as it comes back
 */
export function createLoans(overdueAfterMs: number, onOverdue: (overdue: Overdue) => void): Loans {
  const loans = new Set<Loan>();
  const loanOf = new WeakMap<object, Loan>();

  function check(loan: Loan, nowMs: number): boolean {
    const heldMs = nowMs - loan.sinceMs;
    if (heldMs <= overdueAfterMs) return false;
    if (!loan.isTold) {
      loan.isTold = true;
      onOverdue({ heldMs, site: loan.site });
    }
    return true;
  }

  return {
    lent(resource, nowMs, site) {
      if (typeof resource !== 'object' || resource === null || loans.size >= MAX_LOANS) return;
      // Lent again without having been seen to come back: it was not out for all that time.
      const before = loanOf.get(resource);
      if (before !== undefined) loans.delete(before);
      const loan: Loan = { sinceMs: nowMs, site, isTold: false };
      loans.add(loan);
      loanOf.set(resource, loan);
    },
    returned(resource, nowMs) {
      if (typeof resource !== 'object' || resource === null) return undefined;
      const loan = loanOf.get(resource);
      if (loan === undefined) return undefined;
      loanOf.delete(resource);
      loans.delete(loan);
      check(loan, nowMs);
      return nowMs - loan.sinceMs;
    },
    overdueCount(nowMs) {
      let count = 0;
      for (const loan of loans) if (check(loan, nowMs)) count++;
      return count;
    },
  };
}
