import { parseError } from '../parse-error.ts';
import type { LogQuery } from './ast.ts';
import { matcherTest } from './parse-matchers.ts';

/** What Loki says where nothing would be selected. */
export const emptySelectorProblem =
  'queries require at least one regexp or equality matcher that does not have an empty-compatible value. ' +
  'For instance, app=~".*" does not meet this requirement, but app=~".+" will';

/** Loki's rule that each selector has a matcher which a missing label does not fit. */
export function checkSelectors(query: LogQuery): void {
  switch (query.type) {
    case 'log': {
      if (!query.matchers.some((matcher) => !matcherTest(matcher)('')))
        throw parseError(emptySelectorProblem);
      return;
    }
    case 'range-aggregation': {
      checkSelectors(query.range.selector);
      return;
    }
    case 'vector-aggregation':
    case 'label-replace': {
      checkSelectors(query.operand);
      return;
    }
    case 'binary': {
      checkSelectors(query.left);
      checkSelectors(query.right);
      return;
    }
    default:
  }
}
