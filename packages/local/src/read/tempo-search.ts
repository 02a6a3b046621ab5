import { durationMs } from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';

/** Tags that are none of a span's attributes, by what they are in TraceQL. */
const INTRINSICS: ReadonlyMap<string, string> = new Map([
  ['name', 'name'],
  ['root.name', 'rootName'],
  ['root.service.name', 'rootServiceName'],
]);
const STATUS = /^(?:ok|error|unset)$/;

/**
 * The query of a search: `q`, or what the older parameters `tags`, `minDuration` and `maxDuration` say.
 *
 * @throws {HttpError} 400
 */
export function searchText(parameters: URLSearchParams): string {
  const query = parameters.get('q') ?? '';
  const tags = parameters.get('tags') ?? '';
  if (query !== '' && tags !== '')
    throw new HttpError(400, "invalid request: can't specify tags and q in the same query");
  if (query !== '') return query;
  const conditions = tagConditions(tags);
  const shortestMs = duration(parameters, 'minDuration');
  const longestMs = duration(parameters, 'maxDuration');
  if (shortestMs !== undefined && longestMs !== undefined && longestMs <= shortestMs)
    throw new HttpError(400, 'invalid maxDuration: must be greater than minDuration');
  if (shortestMs !== undefined) conditions.push(`traceDuration >= ${parameters.get('minDuration')}`);
  if (longestMs !== undefined) conditions.push(`traceDuration <= ${parameters.get('maxDuration')}`);
  return `{ ${conditions.join(' && ')} }`;
}

/** A duration of Go [ms]; undefined where there is none. @throws {HttpError} 400 */
function duration(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name) ?? '';
  if (text === '') return undefined;
  // Of Go, which knows fractions and units below a millisecond.
  const parts = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)
    ? text.matchAll(/([\d.]+)([a-zµ]+)/g)
    : [];
  let ms: number | undefined;
  for (const [, amount = '', unit = ''] of parts) ms = (ms ?? 0) + Number(amount) * unitMs(unit);
  if (ms === undefined)
    throw new HttpError(400, `invalid ${name}: time: invalid duration ${JSON.stringify(text)}`);
  return ms;
}

function unitMs(unit: string): number {
  if (unit === 'ns') return 1e-6;
  if (unit === 'us' || unit === 'µs') return 1e-3;
  return durationMs(`1${unit}`)!;
}

/** Tags as logfmt: `service.name=shop http.method="GET"`. */
function tagConditions(tags: string): string[] {
  // A key without a value is taken too, and left out: else it would be tried again from each of its letters.
  const found = tags.matchAll(/([^\s=]+)(?:=(?:"((?:[^"\\]|\\.)*)"|(\S*)))?/g);
  return Array.from(found).flatMap(([, key = '', quoted, plain]) => {
    const text = quoted ?? plain;
    if (text === undefined) return [];
    if (key === 'status.code' && STATUS.test(text)) return [`status = ${text}`];
    const intrinsic = INTRINSICS.get(key);
    const name = intrinsic ?? `.${/^[\w.]+$/.test(key) ? key : JSON.stringify(key)}`;
    return [`${name} = ${JSON.stringify(text)}`];
  });
}
