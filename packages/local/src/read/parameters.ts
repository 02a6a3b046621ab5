import { durationMs } from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';

/** A whole number that is not negative. @throws {HttpError} 400 */
export function wholeNumber(parameters: URLSearchParams, name: string, otherwise: number): number {
  const text = parameters.get(name);
  if (text === null || text === '') return otherwise;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new HttpError(
      400,
      `invalid parameter "${name}": expected a whole number, is ${JSON.stringify(text)}`,
    );
  }
  return number;
}

/** Most values of one parameter: each is looked for among all that there is. */
const MAX_VALUES = 1000;

/** All values of a parameter that may come several times. @throws {HttpError} 400 */
export function valuesOf(parameters: URLSearchParams, name: string): readonly string[] {
  const values = parameters.getAll(name);
  if (values.length <= MAX_VALUES) return values;
  throw new HttpError(400, `invalid parameter "${name}": more than ${MAX_VALUES} of it`);
}

const NS_PER_MS = 1_000_000n;
/** Ten thousand years: what is longer is a mistake, and no number of nanoseconds. */
const MAX_DURATION_MS = 3.2e14;

/**
 * A time as Loki and Tempo take it: seconds, seconds with a fraction, nanoseconds, or RFC 3339.
 *
 * @param refused says what is wrong with a text that is none
 * @throws {HttpError} 400
 */
export function timeNs(
  parameters: URLSearchParams,
  name: string,
  otherwise: bigint,
  refused: (name: string, text: string) => HttpError = notATime,
): bigint {
  const text = parameters.get(name);
  if (text === null || text === '') return otherwise;
  if (/^\d{1,40}$/.test(text)) {
    const number = BigInt(text);
    // Ten digits are seconds until the year 2286; what is longer is nanoseconds.
    return text.length <= 10 ? number * 1_000_000_000n : number;
  }
  if (/^\d+\.\d+$/.test(text)) {
    const micros = Math.round(Number(text) * 1e6);
    if (!Number.isFinite(micros)) throw refused(name, text);
    return BigInt(micros) * 1000n;
  }
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) throw refused(name, text);
  return BigInt(parsed) * NS_PER_MS + belowMs(text);
}

/** What a `Date` does not hold of a time by RFC 3339, the digits of its second after the third [ns]. */
function belowMs(text: string): bigint {
  const [, digits = ''] = RFC_3339.test(text) ? (/\.\d{3}(\d{1,6})/.exec(text) ?? []) : [];
  return BigInt(digits.padEnd(6, '0'));
}

/** Seconds, or a duration such as `15s` [ns]. @throws {HttpError} 400 */
export function durationNs(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : durationMs(text);
  if (ms === undefined || ms < 0 || ms > MAX_DURATION_MS)
    throw new HttpError(
      400,
      `invalid parameter "${name}": cannot parse ${JSON.stringify(text)} to a valid duration`,
    );
  return BigInt(Math.round(ms * 1e6));
}

const PROMETHEUS_NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
/** Farthest time from 1970 that a `Date` holds [ms]. */
const MAX_TIME_MS = 8.64e15;

/** A time as Prometheus takes it: seconds with a fraction, or RFC 3339. @throws {HttpError} 400 */
export function timeMs(parameters: URLSearchParams, name: string, otherwise?: number): number {
  const text = parameters.get(name) ?? '';
  if (text === '' && otherwise !== undefined) return otherwise;
  const parsed = PROMETHEUS_NUMBER.test(text) ? secondsToMs(Number(text)) : rfc3339Ms(text);
  if (Math.abs(parsed) <= MAX_TIME_MS) return parsed;
  throw notATime(name, text, otherwise === undefined ? '' : `invalid time value for '${name}': `);
}

/** The share of a second is rounded by itself, as Prometheus does it. */
function secondsToMs(seconds: number): number {
  const whole = Math.trunc(seconds);
  return whole * 1000 + Math.round((seconds - whole) * 1000);
}

function rfc3339Ms(text: string): number {
  return RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
}

function notATime(name: string, text: string, before = ''): HttpError {
  return new HttpError(
    400,
    `invalid parameter "${name}": ${before}cannot parse ${JSON.stringify(text)} to a valid timestamp`,
  );
}
