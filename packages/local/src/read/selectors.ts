import { type LabelMatcher, QueryError } from '@sightline/query';
import { parsePromql } from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';
import type { Call } from '../server/route.ts';
import { valuesOf } from './parameters.ts';

const EMPTY = 'vector selector must contain at least one non-empty matcher';

/** The matchers of each `match[]`. @throws {HttpError} 400 */
export function selectorsOf({ parameters }: Call): readonly (readonly LabelMatcher[])[] {
  return valuesOf(parameters, 'match[]').map((text) => matchersOf(text));
}

/** @throws {HttpError} 400 when the text is no selector */
export function matchersOf(text: string, parameter = 'match[]'): readonly LabelMatcher[] {
  const expression = parsed(text, parameter);
  const isPlain =
    expression.kind === 'selector' &&
    expression.offset === undefined &&
    expression.at === undefined &&
    expression.extension === 'none';
  if (!isPlain) throw refused(parameter, `expected a selector such as up{job="shop"}, is ${text}`);
  return expression.matchers;
}

function parsed(text: string, parameter: string): ReturnType<typeof parsePromql> {
  try {
    return parsePromql(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { message } = error;
    throw refused(parameter, message.endsWith(EMPTY) ? EMPTY.replace('vector selector', parameter) : message);
  }
}

function refused(parameter: string, problem: string): HttpError {
  return new HttpError(400, `invalid parameter "${parameter}": ${problem}`);
}
