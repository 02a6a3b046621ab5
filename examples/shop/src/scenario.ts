import type { Incident } from './incidents.ts';

/** What happens from some point of the demo on. */
export interface Act {
  /** Share of the demo's time that has passed, 0 to 1. */
  readonly fromRatio: number;
  readonly incident: Incident;
}

/** One day at the shop: quiet, then the payments go through all that payments go through, then quiet again. */
export const scenario: readonly Act[] = [
  { fromRatio: 0, incident: { kind: 'none' } },
  { fromRatio: 0.2, incident: { kind: 'slow', delayMs: 400 } },
  { fromRatio: 0.4, incident: { kind: 'failing', failedRatio: 0.5 } },
  { fromRatio: 0.6, incident: { kind: 'flapping', periodMs: 1000 } },
  { fromRatio: 0.75, incident: { kind: 'leaking', bytesPerCharge: 512 * 1024, maxBytes: 100 * 2 ** 20 } },
  { fromRatio: 0.9, incident: { kind: 'none' } },
];

/** @param passedRatio share of the time that has passed, 0 to 1 */
export function incidentAt(acts: readonly Act[], passedRatio: number): Incident {
  return acts.findLast(({ fromRatio }) => fromRatio <= passedRatio)?.incident ?? { kind: 'none' };
}
