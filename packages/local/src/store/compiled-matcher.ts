import { type LabelMatcher, type Labels, wholeTextTest } from '@sightline/query';

/** @throws {QueryError} `bad_data` when its regular expression is none */
export function compileMatcher({ name, op, value }: LabelMatcher): (labels: Labels) => boolean {
  const valueOf = (labels: Labels): string => labels[name] ?? '';
  if (op === '=') return (labels) => valueOf(labels) === value;
  if (op === '!=') return (labels) => valueOf(labels) !== value;
  const fits = wholeTextTest(value);
  return op === '=~' ? (labels) => fits(valueOf(labels)) : (labels) => !fits(valueOf(labels));
}
