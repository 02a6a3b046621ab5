import type { CheckResult } from '../check.ts';

/** From where on a value is too high. */
export interface Thresholds {
  readonly degraded: number;
  readonly down: number;
}

export function statusAt(value: number, { degraded, down }: Thresholds): CheckResult['status'] {
  if (value >= down) return 'down';
  return value >= degraded ? 'degraded' : 'up';
}

const RANK = { up: 0, degraded: 1, down: 2 } as const;

/** @returns the worst of the statuses; up when there is none */
export function worstStatus(statuses: readonly CheckResult['status'][]): CheckResult['status'] {
  return statuses.toSorted((a, b) => RANK[b] - RANK[a])[0] ?? 'up';
}

/**
 * A status that does not flicker: it rises as soon as a threshold is reached, and falls only when the value is below
 * `recoverRatio` of that threshold.
 *
 * @param recoverRatio share of a threshold, 0–1
 */
export function createHysteresis(
  thresholds: Thresholds,
  recoverRatio: number,
): (value: number) => CheckResult['status'] {
  let status: CheckResult['status'] = 'up';

  return function next(value) {
    const risen = statusAt(value, thresholds);
    const held = statusAt(value, {
      degraded: thresholds.degraded * recoverRatio,
      down: thresholds.down * recoverRatio,
    });
    // What it would be on the way up at least, and what it would be on the way down at most.
    status =
      RANK[risen] >= RANK[status] ? risen : RANK[held] <= RANK[status] ? worstStatus([risen, held]) : status;
    return status;
  };
}
