import type { Exemplar, FamilyDefinition, FamilySnapshot, SeriesSnapshot } from './family.ts';

/** A series as a page reads it: one that is counting now, or the copy of one. */
export interface PageSeries {
  readonly labelValues: readonly (string | undefined)[];
  /** What stands between the braces, where it has been made already. */
  readonly labelText?: string;
  readonly overflow?: boolean;
  readonly value?: number;
  readonly histogram?: {
    readonly counts: ArrayLike<number>;
    readonly sum: number;
    readonly exemplars?: ArrayLike<Exemplar | undefined> | undefined;
  };
  readonly summary?: NonNullable<SeriesSnapshot['summary']>;
  readonly exemplar?: Exemplar | undefined;
}

/** A family as a page reads it: of this registry, live, or of another registry, thread or process, as a copy. */
export interface PageFamily {
  readonly definition: FamilyDefinition;
  /** Asked for when the page comes to the family; the array does not change while it is written. */
  pageSeries(): readonly PageSeries[];
}

/** A copied family for a page. */
export function pageFamily({ definition, series }: FamilySnapshot): PageFamily {
  return { definition, pageSeries: () => series };
}
