import { durationMs } from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';
import { durationNs, timeNs } from './parameters.ts';

/** Both since 1970 [ns]. */
export interface TimeRangeNs {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** Most lines of one answer. Source: Loki's `max_entries_limit_per_query`. */
export const MAX_LINES = 5000;
const HOUR_MS = 3_600_000;
const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
/** Steps of a query that has none of its own. Source: Loki's `defaultQueryRangeStep`. */
const DEFAULT_STEPS = 250n;
const MAX_STEPS = 11_000n;

/** `start` and `end`, or `since` before the end. @throws {HttpError} 400 */
export function lokiRange(
  { parameters }: { readonly parameters: URLSearchParams },
  nowNs: bigint,
  sinceMs = HOUR_MS,
): TimeRangeNs {
  const endNs = timeNs(parameters, 'end', nowNs);
  const beforeMs = durationMs(parameters.get('since') ?? '') ?? sinceMs;
  return { startNs: timeNs(parameters, 'start', endNs - BigInt(beforeMs) * NS_PER_MS), endNs };
}

/** `step`, or a 250th of the range. @throws {HttpError} 400 when there would be too many */
export function lokiStep(parameters: URLSearchParams, { startNs, endNs }: TimeRangeNs): bigint {
  if (endNs < startNs) throw new HttpError(400, 'end timestamp must not be before or equal to start time');
  const seconds = (endNs - startNs) / NS_PER_SECOND / DEFAULT_STEPS;
  const stepNs = durationNs(parameters, 'step') ?? (seconds < 1n ? 1n : seconds) * NS_PER_SECOND;
  if (stepNs <= 0n) {
    throw new HttpError(
      400,
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if ((endNs - startNs) / stepNs > MAX_STEPS) {
    throw new HttpError(
      400,
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
  return stepNs;
}
