import { type LabelMatcher, type Labels, labelTest, ownLabel } from '@sightline/query';

/** @throws {QueryError} `bad_data` when its regular expression is none */
export function compileMatcher(matcher: LabelMatcher): (labels: Labels) => boolean {
  const { name } = matcher;
  const fits = labelTest(matcher);
  return (labels) => fits(ownLabel(labels, name));
}
