import type { RetryCurve } from '@sightline/errors';

/** For what heals by itself. */
export const OUTAGE_BACKOFF: RetryCurve = { minMs: 50, baseMs: 500, capMs: 30_000 };

/** For what a person must correct. */
export const MISCONFIGURED_BACKOFF: RetryCurve = { minMs: 5_000, baseMs: 15_000, capMs: 60_000 };
