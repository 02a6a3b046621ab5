import { durationMs } from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';

/** A text that has to be there. @throws {HttpError} 400 */
export function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === '') throw new HttpError(400, `invalid parameter "${name}": it is missing`);
  return value;
}

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

const NS_PER_MS = 1_000_000n;
/** Ten thousand years: what is longer is a mistake, and no number of nanoseconds. */
const MAX_DURATION_MS = 3.2e14;

/** A time as Loki and Tempo take it: seconds, seconds with a fraction, nanoseconds, or RFC 3339. @throws {HttpError} 400 */
export function timeNs(parameters: URLSearchParams, name: string, otherwise: bigint): bigint {
  const text = parameters.get(name);
  if (text === null || text === '') return otherwise;
  if (/^\d+$/.test(text)) {
    const number = BigInt(text);
    // Ten digits are seconds until the year 2286; what is longer is nanoseconds.
    return text.length <= 10 ? number * 1_000_000_000n : number;
  }
  if (/^\d+\.\d+$/.test(text)) {
    const micros = Math.round(Number(text) * 1e6);
    if (!Number.isFinite(micros)) throw notATime(name, text);
    return BigInt(micros) * 1000n;
  }
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) throw notATime(name, text);
  return BigInt(parsed) * NS_PER_MS;
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

/** A time as Prometheus takes it: seconds with a fraction, or RFC 3339. @throws {HttpError} 400 */
export function timeMs(parameters: URLSearchParams, name: string, otherwise?: number): number {
  const text = parameters.get(name);
  if (text === null || text === '') {
    if (otherwise !== undefined) return otherwise;
    throw new HttpError(400, `invalid parameter "${name}": it is missing`);
  }
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.round(seconds * 1000);
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) throw notATime(name, text);
  return parsed;
}

function notATime(name: string, text: string): HttpError {
  return new HttpError(
    400,
    `invalid parameter "${name}": cannot parse ${JSON.stringify(text)} to a valid timestamp`,
  );
}
