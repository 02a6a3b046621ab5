import type { Span } from '../model.ts';

/**
 * Spans in the order in which Tempo stores them: those of a resource together, and in it those of a scope together, by
 * when they came. The numbers of the tree and which spans are shown first depend on it.
 */
export function inOrder(spans: readonly Span[]): readonly Span[] {
  return grouped(spans, ({ resource }) => resource).flatMap((own) =>
    grouped(own, ({ scope }) => scope).flat(),
  );
}

const grouped = (spans: readonly Span[], keyOf: (span: Span) => object): readonly (readonly Span[])[] => [
  ...Map.groupBy(spans, keyOf).values(),
];
