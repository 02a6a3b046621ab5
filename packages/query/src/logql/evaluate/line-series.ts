import type { Grouping } from '../syntax/ast.ts';
import type { LineLabels } from '../pipeline/line-labels.ts';
import type { LabelPair, StreamLabels } from '../pipeline/stream-labels.ts';
import type { Series, SeriesTable } from './series-table.ts';

/** To which series a line belongs, with the labels it has at the end of its stages. */
export type LineSeries = (labels: LineLabels) => Series;

export interface LineGrouping extends Grouping {
  /** All lines belong to one series without labels. */
  readonly noLabels: boolean;
}

/** A line with an error keeps all its labels, whatever the grouping, so that the error is seen. */
export function createLineSeries(
  { labels: groups, without, noLabels }: LineGrouping,
  table: SeriesTable,
): LineSeries {
  const empty = table.of([]);
  const byStream = new Map<StreamLabels, Series>();

  function ofStream(stream: StreamLabels): Series {
    const known = byStream.get(stream);
    if (known !== undefined) return known;
    const pairs = [...stream.map].filter(
      ([name]) => groups.length === 0 || groups.includes(name) !== without,
    );
    const series = table.of(pairs);
    byStream.set(stream, series);
    return series;
  }

  return (labels) => {
    if (labels.error !== '') return table.of(labels.pairs());
    if (noLabels) return empty;
    if (labels.isUnchanged()) return ofStream(labels.stream);
    if (groups.length === 0) return table.of(labels.pairs());
    return table.of(
      without ? labels.pairs().filter(([name]) => !groups.includes(name)) : groupPairs(labels, groups),
    );
  };
}

function groupPairs(labels: LineLabels, groups: readonly string[]): readonly LabelPair[] {
  const pairs: LabelPair[] = [];
  for (const name of groups) {
    if (labels.isDeleted(name)) continue;
    const value = labels.get(name);
    if (value !== undefined) pairs.push([name, value]);
  }
  return pairs;
}
