import { type LabelMatcher, QueryError } from '@sightline/query';
import { parsePromql } from '@sightline/query/promql';
import type { Call } from '../server/route.ts';

/** The matchers of each `match[]`. @throws {QueryError} `bad_data` */
export function selectorsOf({ parameters }: Call): readonly (readonly LabelMatcher[])[] {
  return parameters.getAll('match[]').map(matchersOf);
}

function matchersOf(text: string): readonly LabelMatcher[] {
  const expression = parsePromql(text);
  if (expression.kind !== 'selector') {
    throw new QueryError(
      'bad_data',
      `invalid parameter "match[]": expected a selector such as up{job="shop"}, is ${text}`,
    );
  }
  return expression.matchers;
}
