import type { SpanView } from '../fetch/span-view.ts';
import type { Static } from '../value/static.ts';

/** A value that a stage gave a whole spanset: what `by()` grouped by, what an aggregate counted. */
interface SpansetAttribute {
  readonly name: string;
  readonly value: Static;
}

/** Spans of one trace that belong together. */
export interface Spanset {
  readonly spans: readonly SpanView[];
  readonly attributes: readonly SpansetAttribute[];
  /** What the last aggregate computed. */
  readonly scalar: Static | undefined;
}

/** A stage of a pipeline, for the spansets of one trace. */
export type StageFunction = (input: readonly Spanset[]) => readonly Spanset[];
