import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpanView } from '../fetch/span-view.ts';
import { nestedOf } from '../fetch/span-view.ts';
import { factsOf } from '../trace/trace-facts.ts';
import { id, span, trace } from '../traces.fixture.ts';
import { relations } from './structure.ts';

/** Views of the spans of a tree, in which span `n` stands below `parents[n]`; -1 is a root, -2 a parent that is not there. */
function viewsOf(parents: readonly number[]): readonly SpanView[] {
  const spans = parents.map((parent, index) =>
    span({ spanId: id(index + 1), parentSpanId: parent === -1 ? '' : id(parent === -2 ? 999 : parent + 1) }),
  );
  const facts = factsOf({ traceId: trace(1), spans });
  return facts.spans.map((each, index) => ({
    span: each,
    facts,
    index,
    spanEntries: [],
    resourceEntries: [],
    traceEntries: [],
    eventEntries: [],
    linkEntries: [],
    scopeEntries: [],
    aspects: 0,
    readNumbers: new Set(),
  }));
}

/** Whether the second is related to the first, by what the operators are documented to mean. */
const meanings = {
  '>': (a: SpanView, b: SpanView) => a.span.spanId === b.span.parentSpanId && placed(a) && placed(b),
  '<': (a: SpanView, b: SpanView) => meanings['>'](b, a),
  '>>': (a: SpanView, b: SpanView) =>
    placed(a) && placed(b) && nestedOf(a).left < nestedOf(b).left && nestedOf(b).right < nestedOf(a).right,
  '<<': (a: SpanView, b: SpanView) => meanings['>>'](b, a),
  '~': (a: SpanView, b: SpanView) =>
    a !== b && placed(a) && placed(b) && nestedOf(a).parent === nestedOf(b).parent,
};
const placed = (view: SpanView): boolean => nestedOf(view).left > 0;

describe('relations', () => {
  const parents = fc
    .array(fc.record({ at: fc.nat(40), how: fc.nat(9) }), { minLength: 1, maxLength: 24 })
    .map((steps) =>
      steps.map(({ at, how }, index) => (index === 0 ? -1 : how === 0 ? -1 : how === 1 ? -2 : at % index)),
    );
  const sides = fc.tuple(fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.boolean()));

  it.each(['>', '>>', '<', '<<', '~'] as const)(
    'are for %s, !%s and &%s what they are documented to be',
    (op) => {
      fc.assert(
        fc.property(parents, sides, (tree, [leftChoice, rightChoice]) => {
          const views = viewsOf(tree);
          const left = views.filter(() => leftChoice.next().value === true);
          const right = views.filter(() => rightChoice.next().value === true);
          const related = meanings[op];
          const found = right.filter((b) => left.some((a) => related(a, b)));
          expect(relations[op](left, right)).toEqual(found);
          expect(relations[`!${op}`](left, right)).toEqual(right.filter((b) => !found.includes(b)));
          const both = new Set([...found, ...left.filter((a) => right.some((b) => related(a, b)))]);
          expect(new Set(relations[`&${op}`](left, right))).toEqual(both);
        }),
        { numRuns: 60 },
      );
    },
  );
});
