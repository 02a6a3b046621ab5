import type { SpanKind, SpanStatus, Trace } from './model.ts';

/** Both ends belong to it, since 1970 [ns]. */
export interface TimeRangeNs {
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/**
 * Something that a span has to have for a query to leave anything of its trace. Values are alternatives; without them
 * any will do. Numbers are equal whatever their type.
 */
export type SpanNeed =
  | {
      readonly kind: 'attribute';
      /** `packed`: of spans, events and links; `any`: anywhere. */
      readonly scope: 'packed' | 'resource' | 'any';
      readonly key: string;
      readonly values: readonly (string | bigint | number | boolean)[] | undefined;
    }
  | {
      readonly kind: 'name' | 'event-name';
      readonly values: readonly (string | bigint | number | boolean)[];
    }
  | { readonly kind: 'status'; readonly status: SpanStatus }
  | { readonly kind: 'span-kind'; readonly spanKind: SpanKind }
  /** Both ends belong to it [ns]. */
  | { readonly kind: 'duration'; readonly minNs: number; readonly maxNs: number };

/** Where traces come from. */
export interface TraceSource {
  /**
   * Every trace with a part in the range, whole, each once, the newest first. What is handed out is not changed later:
   * a trace that grows becomes another object.
   *
   * @param signal aborted when the query is over its time or nobody waits for it
   * @param needs what one span of a trace must have, all of it; a source may leave out traces without one
   */
  traces(
    range: TimeRangeNs,
    signal: AbortSignal,
    needs?: readonly SpanNeed[],
  ): Iterable<Trace> | AsyncIterable<Trace>;
}
