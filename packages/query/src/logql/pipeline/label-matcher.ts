import { searchExpression } from '../../regular-expression.ts';
import type { LabelMatcher } from '../../labels.ts';
import { simplifiedTest } from './simplified-expression.ts';

/** Test of a label's value in a filter; undefined when every value fits. */
export function labelMatcherTest({ op, value }: LabelMatcher): ((text: string) => boolean) | undefined {
  if (op === '=') return (text) => text === value;
  if (op === '!=') return (text) => text !== value;
  const simplified = simplifiedTest(value);
  if (simplified === 'always') return op === '=~' ? undefined : () => false;
  const fits = simplified ?? wholeLineTest(value);
  return op === '=~' ? fits : (text) => !fits(text);
}

/** The whole value, without line breaks behind a dot. */
function wholeLineTest(pattern: string): (text: string) => boolean {
  searchExpression(pattern);
  const expression = searchExpression(`^(?:${pattern})$`);
  return (text) => expression.test(text);
}
