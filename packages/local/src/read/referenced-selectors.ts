import type { LabelMatcher } from '@sightline/query';
import type { Expression } from '@sightline/query/promql';

/** The matchers of every selector in an expression, however deep. */
export function referencedSelectors(expression: Expression): readonly (readonly LabelMatcher[])[] {
  const found: (readonly LabelMatcher[])[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('kind' in node && node.kind === 'selector' && 'matchers' in node) {
      found.push(node.matchers as readonly LabelMatcher[]);
      return;
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(expression);
  return found;
}
