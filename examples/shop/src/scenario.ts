import type { Incident } from './incidents.ts';

/** What happens from some point of the demo on. */
export interface Act {
  /** Share of the demo's time that has passed, 0 to 1. */
  readonly fromRatio: number;
  readonly incident: Incident;
}

/** One day at the shop: quiet, then all that can go wrong, so that each policy comes into each of its states, then quiet. */
export const scenario: readonly Act[] = [
  { fromRatio: 0, incident: { kind: 'none' } },
  { fromRatio: 0.08, incident: { kind: 'slow', delayMs: 400 } },
  { fromRatio: 0.2, incident: { kind: 'failing', failedRatio: 0.5 } },
  { fromRatio: 0.28, incident: { kind: 'failing', failedRatio: 1 } },
  { fromRatio: 0.36, incident: { kind: 'flapping', periodMs: 1000 } },
  // By now the payments are up for once, so that it is the slowness that is seen.
  { fromRatio: 0.51, incident: { kind: 'slow', delayMs: 1300 } },
  { fromRatio: 0.61, incident: { kind: 'hoarding', heldMs: 150 } },
  { fromRatio: 0.68, incident: { kind: 'storming', atATime: 6, pauseMs: 25 } },
  { fromRatio: 0.8, incident: { kind: 'flushing', everyMs: 600, readMs: 200 } },
  { fromRatio: 0.88, incident: { kind: 'leaking', bytesPerCharge: 512 * 1024, maxBytes: 100 * 2 ** 20 } },
  { fromRatio: 0.94, incident: { kind: 'none' } },
];

/** @param passedRatio share of the time that has passed, 0 to 1 */
export function incidentAt(acts: readonly Act[], passedRatio: number): Incident {
  return acts.findLast(({ fromRatio }) => fromRatio <= passedRatio)?.incident ?? { kind: 'none' };
}
