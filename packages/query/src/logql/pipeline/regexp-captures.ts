import type { RE2JS } from 're2js';
import { QueryError } from '../../query-error.ts';
import { searchExpression } from '../../regular-expression.ts';

export interface RegexpCaptures {
  readonly expression: RE2JS;
  /** Names of the groups that have one, with the number of each. */
  readonly groups: readonly (readonly [name: string, group: number])[];
}

const missing = 'at least one named capture must be supplied';

/**
 * The expression of `| regexp`, with a group that has a name.
 *
 * @throws {QueryError} `bad_data`
 */
export function regexpCaptures(pattern: string): RegexpCaptures {
  const expression = searchExpression(pattern);
  const groups = Object.entries(expression.namedGroups());
  if (groups.length === 0) throw new QueryError('bad_data', missing);
  return { expression, groups: groups.toSorted(([, left], [, right]) => left - right) };
}
