import type { SightlineError } from '@sightline/errors';
import type { AdminResponse } from './route.ts';

/** JSON for people: two blanks of indentation, a line break at the end. */
export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): AdminResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: `${JSON.stringify(value, undefined, 2)}\n`,
  };
}

/** Plain text, one line or several. */
export function text(
  status: number,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): AdminResponse {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: `${content}\n`,
  };
}

/** What was wrong with the request, as the error says it. */
export function badRequest({ problem, expected, fix }: SightlineError): AdminResponse {
  return text(400, `${problem}.\nExpected: ${expected}.\nFix: ${fix}.`);
}
