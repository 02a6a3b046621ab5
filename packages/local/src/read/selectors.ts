import { type LabelMatcher, QueryError } from '@sightline/query';
import { parsePromql } from '@sightline/query/promql';
import type { Call } from '../server/route.ts';

/** The matchers of each `match[]`. @throws {QueryError} `bad_data` */
export function selectorsOf({ parameters }: Call): readonly (readonly LabelMatcher[])[] {
  return parameters.getAll('match[]').map((text) => matchersOf(text));
}

/** @throws {QueryError} `bad_data` when the text is no selector */
export function matchersOf(text: string, parameter = 'match[]'): readonly LabelMatcher[] {
  const expression = parsePromql(text);
  if (expression.kind !== 'selector') {
    throw new QueryError(
      'bad_data',
      `invalid parameter "${parameter}": expected a selector such as up{job="shop"}, is ${text}`,
    );
  }
  return expression.matchers;
}
