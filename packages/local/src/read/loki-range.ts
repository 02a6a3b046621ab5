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

/** `start` and `end`, or `since` before the end, before now where the end is still to come. @throws {HttpError} 400 */
export function lokiRange(
  { parameters }: { readonly parameters: URLSearchParams },
  nowNs: bigint,
  sinceMs = HOUR_MS,
): TimeRangeNs {
  const endNs = timeNs(parameters, 'end', nowNs, notATime);
  const since = parameters.get('since') ?? '';
  const beforeMs = since === '' ? sinceMs : durationMs(since);
  if (beforeMs === undefined) {
    const problem = `not a valid duration string: ${JSON.stringify(since)}`;
    throw new HttpError(400, `could not parse 'since' parameter: ${problem}`);
  }
  const lastNs = endNs < nowNs ? endNs : nowNs;
  return { startNs: timeNs(parameters, 'start', lastNs - BigInt(beforeMs) * NS_PER_MS, notATime), endNs };
}

/** How many lines are wanted; 100 where nothing is said. @throws {HttpError} 400 */
export function lokiLimit(parameters: URLSearchParams): number {
  const limit = integer(parameters, 'limit', 100);
  if (limit <= 0) throw new HttpError(400, 'limit must be a positive value');
  return limit;
}

/** @throws {HttpError} 400 */
export function integer(parameters: URLSearchParams, name: string, otherwise: number): number {
  const text = parameters.get(name) ?? '';
  if (text === '') return otherwise;
  if (/^[+-]?\d{1,18}$/.test(text)) return Number(text);
  throw new HttpError(400, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Of a parameter that is no time. */
export function notATime(name: string, text: string): HttpError {
  const problem = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
  return new HttpError(400, `could not parse '${name}' parameter: ${problem}`);
}

/** The query; a missing one is empty, which the parser refuses in Loki's words. */
export function lokiQuery(parameters: URLSearchParams): string {
  return parameters.get('query') ?? '';
}

/** `step` of a query, which the query need not have a use for. @throws {HttpError} 400 */
export function stepOf(parameters: URLSearchParams): bigint | undefined {
  const text = parameters.get('step') ?? '';
  const stepNs = /^-\d/.test(text) ? 0n : durationNs(parameters, 'step');
  if (stepNs === undefined || stepNs > 0n) return stepNs;
  throw new HttpError(
    400,
    'zero or negative query resolution step widths are not accepted. Try a positive integer',
  );
}

/** `step`, or a 250th of the range. @throws {HttpError} 400 when there would be too many */
export function lokiStep(parameters: URLSearchParams, { startNs, endNs }: TimeRangeNs): bigint {
  if (endNs < startNs) throw new HttpError(400, 'end timestamp must not be before or equal to start time');
  const seconds = (endNs - startNs) / NS_PER_SECOND / DEFAULT_STEPS;
  const stepNs = stepOf(parameters) ?? (seconds < 1n ? 1n : seconds) * NS_PER_SECOND;
  if ((endNs - startNs) / stepNs > MAX_STEPS) {
    throw new HttpError(
      400,
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
  return stepNs;
}
