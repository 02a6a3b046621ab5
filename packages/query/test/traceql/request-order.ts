import type { Span } from '../../src/traceql/index.ts';

/** Spans in the order in which a request has them. */
export function requestOrder(spans: readonly Span[]): readonly Span[] {
  return byResource(spans).flatMap(([, own]) => byScope(own).flatMap(([, ofScope]) => ofScope));
}

export const byResource = (spans: readonly Span[]) => [...Map.groupBy(spans, ({ resource }) => resource)];
export const byScope = (spans: readonly Span[]) => [...Map.groupBy(spans, ({ scope }) => scope)];
