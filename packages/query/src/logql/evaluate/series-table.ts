import type { Labels } from '../../labels.ts';
import { labelsFromPairs, labelsKey } from '../pipeline/stream-labels.ts';
import type { LabelPair } from '../pipeline/stream-labels.ts';

/** A set of labels; within one query there is one object for each, so they are compared by identity. */
export interface Series {
  readonly labels: Labels;
  readonly key: string;
}

/** A value of a series at one step. */
export interface Sample {
  readonly series: Series;
  readonly value: number;
}

export interface SeriesTable {
  of(pairs: readonly LabelPair[]): Series;
  /** Without labels that have no value: Loki leaves them out where it makes labels anew. */
  withoutEmpty(pairs: readonly LabelPair[]): Series;
}

/** @param keep is told of the labels of each series that is new */
export function createSeriesTable(keep: (pairs: readonly LabelPair[]) => void): SeriesTable {
  const known = new Map<string, Series>();
  const table: SeriesTable = {
    withoutEmpty: (pairs) => table.of(pairs.filter(([, value]) => value !== '')),
    of(pairs) {
      const key = labelsKey(pairs);
      const series = known.get(key);
      if (series !== undefined) return series;
      keep(pairs);
      const created = { labels: labelsFromPairs(pairs), key };
      known.set(key, created);
      return created;
    },
  };
  return table;
}

/** Whether label sets are in the order of Prometheus: by name and value, one label after the other. */
export function compareLabels(left: Labels, right: Labels): number {
  const first = Object.entries(left);
  const second = Object.entries(right);
  for (const [at, [name, value]] of first.entries()) {
    const other = second[at];
    if (other === undefined) return 1;
    if (name !== other[0]) return name < other[0] ? -1 : 1;
    if (value !== other[1]) return value < other[1] ? -1 : 1;
  }
  return first.length - second.length;
}
