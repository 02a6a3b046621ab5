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
  { fromRatio: 0.1, incident: { kind: 'slow', delayMs: 400 } },
  { fromRatio: 0.25, incident: { kind: 'failing', failedRatio: 0.5 } },
  { fromRatio: 0.35, incident: { kind: 'failing', failedRatio: 1 } },
  { fromRatio: 0.45, incident: { kind: 'flapping', periodMs: 1000 } },
  { fromRatio: 0.6, incident: { kind: 'slow', delayMs: 1300 } },
  { fromRatio: 0.7, incident: { kind: 'hoarding', heldMs: 150 } },
  { fromRatio: 0.8, incident: { kind: 'leaking', bytesPerCharge: 512 * 1024, maxBytes: 100 * 2 ** 20 } },
  { fromRatio: 0.9, incident: { kind: 'none' } },
];

/** @param passedRatio share of the time that has passed, 0 to 1 */
export function incidentAt(acts: readonly Act[], passedRatio: number): Incident {
  return acts.findLast(({ fromRatio }) => fromRatio <= passedRatio)?.incident ?? { kind: 'none' };
}
