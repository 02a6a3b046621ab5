import type { CheckStatus } from '../status.ts';

type Found = Exclude<CheckStatus, 'unknown'>;

/** Holds back changes that have not lasted. */
export interface Damping {
  /** Takes what a run found, and gives what the check is now. */
  take(found: Found): Found;
}

const RANKS: Readonly<Record<Found, number>> = { up: 0, degraded: 1, down: 2 };
const FOUND: readonly Found[] = ['up', 'degraded', 'down'];

/**
 * A change for the worse counts after `failureThreshold` runs in a row that were worse, and then to the mildest that all
 * of them were; one for the better after `successThreshold` that were better, and to the worst of them. The first run
 * counts at once: before it nothing is known.
 */
export function createDamping({
  failureThreshold,
  successThreshold,
}: {
  readonly failureThreshold: number;
  readonly successThreshold: number;
}): Damping {
  let rank: number | undefined;
  let worse = 0;
  let better = 0;
  let mildest = 0;
  let worst = 0;

  function settle(to: number): void {
    rank = to;
    worse = 0;
    better = 0;
  }

  return {
    take(found) {
      const given = RANKS[found];
      if (rank === undefined || given === rank) {
        settle(given);
      } else if (given > rank) {
        mildest = worse === 0 ? given : Math.min(mildest, given);
        worse += 1;
        better = 0;
        if (worse >= failureThreshold) settle(mildest);
      } else {
        worst = better === 0 ? given : Math.max(worst, given);
        better += 1;
        worse = 0;
        if (better >= successThreshold) settle(worst);
      }
      return FOUND[rank ?? given] ?? found;
    },
  };
}
